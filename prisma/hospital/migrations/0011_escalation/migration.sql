-- How alerts climb, by severity, in versions. The application's role may insert and read, nothing else.
CREATE TABLE "escalation_policy" (
    "version" INTEGER NOT NULL,
    "policy" JSONB NOT NULL,
    "reason" TEXT NOT NULL,
    "by_id" TEXT,
    "by_name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "escalation_policy_pkey" PRIMARY KEY ("version")
);
-- What held for every hospital until now.
INSERT INTO "escalation_policy" ("version", "policy", "reason", "by_name") VALUES (1, '{"critical": {"backupAfterMs": 120000, "endAfterMs": 300000, "repeatEveryMs": 300000, "maxRepeats": 288, "acknowledgeWithinMs": 900000, "communicateWithinMs": 3600000}, "urgent": {"backupAfterMs": 900000, "endAfterMs": 3600000, "repeatEveryMs": 1800000, "maxRepeats": 48, "acknowledgeWithinMs": 3600000, "communicateWithinMs": null}, "routine": {"backupAfterMs": 900000, "endAfterMs": 3600000, "repeatEveryMs": 1800000, "maxRepeats": 48, "acknowledgeWithinMs": 3600000, "communicateWithinMs": null}}', '', 'Readroom');

-- Who is on call, in versions as well.
CREATE TABLE "on_call_rota" (
    "version" INTEGER NOT NULL,
    "rota" JSONB NOT NULL,
    "by_id" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "on_call_rota_pkey" PRIMARY KEY ("version")
);

-- An alert climbs by the version that was in force when it was raised.
ALTER TABLE "alert" ADD COLUMN "policy_version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "alert" ADD CONSTRAINT "alert_policy_version_fkey" FOREIGN KEY ("policy_version") REFERENCES "escalation_policy"("version") ON DELETE RESTRICT ON UPDATE CASCADE;
