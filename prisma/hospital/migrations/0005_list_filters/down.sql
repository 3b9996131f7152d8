DROP INDEX "worklist_item_order_idx";
DROP INDEX "worklist_item_past_idx";
CREATE INDEX "worklist_item_order_idx" ON "worklist_item" ("tier", "sort_key", "study_uid" COLLATE "C") WHERE "live";
CREATE INDEX "worklist_item_past_idx" ON "worklist_item" ("tier", "sort_key", "study_uid" COLLATE "C") WHERE NOT "live";
ALTER TABLE "worklist_item" DROP COLUMN "body_part", DROP COLUMN "site", DROP COLUMN "study_class", DROP COLUMN "ai_facet";
