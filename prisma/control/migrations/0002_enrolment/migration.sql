-- Nodes make their own key and show it by a signature; what stood here were hashes of keys we had made, which open nothing any more.
ALTER TABLE "edge_node" ADD COLUMN "public_key" TEXT;
ALTER TABLE "edge_node" ALTER COLUMN "key_hash" DROP NOT NULL;
UPDATE "edge_node" SET "key_hash" = NULL;
ALTER TABLE "edge_node" ADD CONSTRAINT "edge_node_whole_key" CHECK (("key_hash" IS NULL) = ("public_key" IS NULL));

CREATE TABLE "edge_enrolment" (
    "code_hash" TEXT NOT NULL,
    "node_id" UUID NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "edge_enrolment_pkey" PRIMARY KEY ("code_hash"),
    CONSTRAINT "edge_enrolment_code_hash" CHECK ("code_hash" ~ '^[0-9a-f]{64}$'),
    CONSTRAINT "edge_enrolment_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "edge_node"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "edge_enrolment_node_id_idx" ON "edge_enrolment"("node_id");
