-- Columns, widths, their order and the density of one reader's list.
CREATE TABLE "list_view" (
    "user_id" TEXT NOT NULL,
    "view" JSONB NOT NULL,

    CONSTRAINT "list_view_pkey" PRIMARY KEY ("user_id")
);
