-- The words a row is found by, made by the same code as the browser's (packages/shared worklist/search). Null: not made yet.
ALTER TABLE "worklist_item" ADD COLUMN "search_terms" TEXT[];

-- A tsvector of our own words answers "begins with" in every script. Trigrams would miss names of two characters, and need an extension.
CREATE INDEX "worklist_item_search_idx" ON "worklist_item" USING gin (array_to_tsvector("search_terms"));
CREATE INDEX "worklist_item_unsearched_idx" ON "worklist_item" ("study_id") WHERE "search_terms" IS NULL;
