-- How often the alert path is proved, and whom a reader calls while it is broken. Without `every_ms` it is switched off.
CREATE TABLE "canary_setting" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "every_ms" INTEGER,
    "limit_ms" INTEGER NOT NULL,
    "contact" TEXT NOT NULL,
    "changed_by" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "canary_setting_pkey" PRIMARY KEY ("id")
);
INSERT INTO "canary_setting" ("id", "every_ms", "limit_ms", "contact", "changed_by") VALUES (1, 900000, 60000, '', 'Readroom');

-- One synthetic alert, with the time of each stage it reached. `token` is known to the gateway and the node it asked.
CREATE TABLE "canary_run" (
    "id" UUID NOT NULL,
    "node_id" UUID,
    "token" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'running',
    "begun_at" TIMESTAMPTZ(3) NOT NULL,
    "asked_at" TIMESTAMPTZ(3),
    "queued_at" TIMESTAMPTZ(3),
    "emitted_at" TIMESTAMPTZ(3),
    "received_at" TIMESTAMPTZ(3),
    "raised_at" TIMESTAMPTZ(3),
    "escalated_at" TIMESTAMPTZ(3),
    "notified_at" TIMESTAMPTZ(3),
    "committed_at" TIMESTAMPTZ(3),
    "pushed_at" TIMESTAMPTZ(3),
    "heard_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "broken_stage" TEXT,
    "reason" TEXT,
    "revision" BIGINT,

    CONSTRAINT "canary_run_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "canary_run_state" CHECK ("state" IN ('running', 'passed', 'broken', 'interrupted'))
);
CREATE UNIQUE INDEX "canary_run_token_key" ON "canary_run"("token");
CREATE INDEX "canary_run_begun_at_idx" ON "canary_run"("begun_at");
CREATE INDEX "canary_run_revision_idx" ON "canary_run"("revision");
-- One at a time, however many gateways look.
CREATE UNIQUE INDEX "canary_run_running_key" ON "canary_run"("state") WHERE "state" = 'running';

-- From the first broken run to the next that passes: told once each way.
CREATE TABLE "canary_outage" (
    "id" UUID NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "stage" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "mended_at" TIMESTAMPTZ(3),

    CONSTRAINT "canary_outage_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "canary_outage_since_idx" ON "canary_outage"("since");
CREATE UNIQUE INDEX "canary_outage_open_key" ON "canary_outage"((true)) WHERE "mended_at" IS NULL;

ALTER TABLE "alert_channel" ADD COLUMN "on_path" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "notification" ADD COLUMN "outage_id" UUID;
ALTER TABLE "notification" ADD CONSTRAINT "notification_outage_id_fkey" FOREIGN KEY ("outage_id") REFERENCES "canary_outage"("id") ON DELETE CASCADE ON UPDATE CASCADE;
CREATE UNIQUE INDEX "notification_outage_once_key" ON "notification"("outage_id", "step", "channel_id", "recipient");
