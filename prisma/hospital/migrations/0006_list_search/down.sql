ALTER TABLE "worklist_item" DROP COLUMN "search_terms";
