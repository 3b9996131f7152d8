-- Who told whom of a critical result (AL9). The application's role may insert and read, nothing else.
CREATE TABLE "alert_communication" (
    "id" UUID NOT NULL,
    "alert_id" UUID NOT NULL,
    "corrects" UUID,
    "by_id" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT NOT NULL,
    "told_name" TEXT,
    "told_role" TEXT,
    "means" TEXT,
    "told_at" TIMESTAMPTZ(3),
    "words" TEXT,
    "read_back" BOOLEAN,
    "reason" TEXT NOT NULL,

    CONSTRAINT "alert_communication_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "alert_communication_alert_id_fkey" FOREIGN KEY ("alert_id") REFERENCES "alert"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "alert_communication_same_alert_key" UNIQUE ("alert_id", "id"),
    -- A record corrects one of its own alert.
    CONSTRAINT "alert_communication_corrects_fkey" FOREIGN KEY ("alert_id", "corrects") REFERENCES "alert_communication"("alert_id", "id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "alert_communication_whole" CHECK (
        ("outcome" = 'told' AND num_nulls("told_name", "told_role", "means", "told_at", "words", "read_back") = 0)
        OR ("outcome" = 'not-needed' AND num_nonnulls("told_name", "told_role", "means", "told_at", "words", "read_back") = 0)
    )
);
-- Each record is corrected once.
CREATE UNIQUE INDEX "alert_communication_corrects_key" ON "alert_communication"("corrects");
CREATE INDEX "alert_communication_alert_id_recorded_at_idx" ON "alert_communication"("alert_id", "recorded_at");

-- What acknowledging persons said until now becomes records of theirs.
INSERT INTO "alert_communication" ("id", "alert_id", "by_id", "by_name", "recorded_at", "outcome", "told_name", "told_role", "means", "told_at", "words", "read_back", "reason")
SELECT gen_random_uuid(), "id", "acknowledged_by", coalesce("acknowledged_name", ''), "acknowledged_at", 'told',
       "communication"->>'to', 'other', CASE "communication"->>'how' WHEN 'phone' THEN 'telephone' ELSE "communication"->>'how' END,
       to_timestamp(("communication"->>'at')::numeric / 1000), concat_ws(': ', "label", nullif("communication"->>'note', '')),
       ("communication"->>'readBack')::boolean, ''
FROM "alert"
WHERE "acknowledged_by" IS NOT NULL AND "acknowledged_at" IS NOT NULL AND "communication"->>'how' IN ('phone', 'in-person', 'secure-message');
INSERT INTO "alert_communication" ("id", "alert_id", "by_id", "by_name", "recorded_at", "outcome", "reason")
SELECT gen_random_uuid(), "id", "acknowledged_by", coalesce("acknowledged_name", ''), "acknowledged_at", 'not-needed', coalesce("communication"->>'note', '')
FROM "alert"
WHERE "acknowledged_by" IS NOT NULL AND "acknowledged_at" IS NOT NULL AND "communication"->>'how' = 'not-needed';
UPDATE "alert" SET "state" = 'closed' WHERE "id" IN (SELECT "alert_id" FROM "alert_communication");
ALTER TABLE "alert" DROP COLUMN "communication";

-- Past alerts are read the newest first, by keyset.
CREATE INDEX "alert_raised_at_id_idx" ON "alert"("raised_at", "id");

-- The hospital's own clock, an IANA name: shifts of the compliance report are told by it.
ALTER TABLE "hospital_state" ADD COLUMN "time_zone" TEXT NOT NULL DEFAULT 'UTC';
