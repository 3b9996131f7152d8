-- Filters under a name: a reader's own, or shared with the hospital. A filter holds no name and no free text of a patient.
CREATE TABLE "saved_list" (
    "id" UUID NOT NULL,
    "owner_id" TEXT NOT NULL,
    "owner_name" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "filter" JSONB NOT NULL,
    "shared" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saved_list_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "saved_list_owner_id_idx" ON "saved_list"("owner_id");
CREATE INDEX "saved_list_shared_idx" ON "saved_list" ("created_at") WHERE "shared";

-- The list a reader's page opens with.
CREATE TABLE "default_list" (
    "user_id" TEXT NOT NULL,
    "list_id" UUID NOT NULL,

    CONSTRAINT "default_list_pkey" PRIMARY KEY ("user_id")
);
CREATE INDEX "default_list_list_id_idx" ON "default_list"("list_id");
ALTER TABLE "default_list" ADD CONSTRAINT "default_list_list_id_fkey" FOREIGN KEY ("list_id") REFERENCES "saved_list"("id") ON DELETE CASCADE ON UPDATE CASCADE;
