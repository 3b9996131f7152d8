-- What filters ask, taken from the row the browser filters too, so that both can't disagree (LF1).
ALTER TABLE "worklist_item"
  ADD COLUMN "body_part" TEXT GENERATED ALWAYS AS ("item" ->> 'bodyPart') STORED,
  ADD COLUMN "site" TEXT GENERATED ALWAYS AS ("item" ->> 'institution') STORED,
  ADD COLUMN "study_class" TEXT GENERATED ALWAYS AS (coalesce("item" ->> 'class', 'unclassed')) STORED,
  ADD COLUMN "ai_facet" TEXT GENERATED ALWAYS AS (
    CASE
      WHEN "item" ->> 'ai' <> 'not-analysed' THEN "item" ->> 'ai'
      WHEN "item" @> '{"analyses": [{"role": "active", "status": "failed"}]}' THEN 'failed'
      WHEN "item" @> '{"analyses": [{"role": "active", "status": "refused"}]}' THEN 'refused'
      ELSE 'not-analysed'
    END
  ) STORED;

-- The order of the list with all that filters ask beside it: a filter that few rows match walks this index, not the table.
DROP INDEX "worklist_item_order_idx";
DROP INDEX "worklist_item_past_idx";
CREATE INDEX "worklist_item_order_idx" ON "worklist_item" ("tier", "sort_key", "study_uid" COLLATE "C")
  INCLUDE ("study_id", "modality", "status", "assigned_to", "received_at", "body_part", "site", "study_class", "ai_facet") WHERE "live";
CREATE INDEX "worklist_item_past_idx" ON "worklist_item" ("tier", "sort_key", "study_uid" COLLATE "C")
  INCLUDE ("study_id", "modality", "status", "assigned_to", "received_at", "body_part", "site", "study_class", "ai_facet") WHERE NOT "live";
