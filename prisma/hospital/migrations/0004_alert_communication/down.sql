ALTER TABLE "hospital_state" DROP COLUMN "time_zone";
DROP INDEX "alert_raised_at_id_idx";
ALTER TABLE "alert" ADD COLUMN "communication" JSONB;
-- The older version knows one communication an alert: the latest that no other corrects.
UPDATE "alert" a SET "communication" = jsonb_build_object(
    'to', coalesce(c."told_name", ''),
    'how', CASE WHEN c."outcome" = 'not-needed' THEN 'not-needed' WHEN c."means" = 'telephone' THEN 'phone' ELSE c."means" END,
    'at', (extract(epoch FROM coalesce(c."told_at", c."recorded_at")) * 1000)::bigint,
    'readBack', coalesce(c."read_back", false),
    'note', left(concat_ws(': ', c."words", nullif(c."reason", '')), 500))
FROM (
    SELECT DISTINCT ON ("alert_id") * FROM "alert_communication" r
    WHERE NOT EXISTS (SELECT 1 FROM "alert_communication" n WHERE n."corrects" = r."id")
    ORDER BY "alert_id", "recorded_at" DESC
) c
WHERE c."alert_id" = a."id";
UPDATE "alert" SET "communication" = '{"to": "", "how": "not-yet", "at": 0, "readBack": false, "note": ""}' WHERE "communication" IS NULL AND "acknowledged_by" IS NOT NULL;
UPDATE "alert" SET "state" = 'acknowledged' WHERE "state" = 'closed';
DROP TABLE "alert_communication";
