-- Where steps of the ladder go beside open browsers. `sealed` holds address and key, encrypted by the gateway.
CREATE TABLE "alert_channel" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "addresses" TEXT[],
    "to_asked" BOOLEAN NOT NULL,
    "levels" TEXT[],
    "severities" TEXT[],
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "removed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_channel_pkey" PRIMARY KEY ("id")
);

-- One message to one recipient: written with its step, sent by whichever gateway holds its lease. `id` is the idempotency key.
CREATE TABLE "notification" (
    "id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "alert_id" UUID,
    "step" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "message" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "leased_until" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notification_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "notification_state" CHECK ("state" IN ('pending', 'sent', 'dead', 'not-needed')),
    CONSTRAINT "notification_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "alert_channel"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "notification_alert_id_fkey" FOREIGN KEY ("alert_id") REFERENCES "alert"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
-- A step is told to a recipient of a channel once; tests have no alert and are as many as are asked for.
CREATE UNIQUE INDEX "notification_once_key" ON "notification"("alert_id", "step", "channel_id", "recipient");
CREATE INDEX "notification_due_idx" ON "notification"("next_at") WHERE "state" = 'pending';
CREATE INDEX "notification_created_at_idx" ON "notification"("created_at", "id");
CREATE INDEX "notification_channel_id_idx" ON "notification"("channel_id");
