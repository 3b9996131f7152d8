-- What an acknowledged result that is not critical still asks for, until somebody says what was done.
CREATE TABLE "follow_up_task" (
    "id" UUID NOT NULL,
    "alert_id" UUID NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'requested',
    "authored_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "closed_by" TEXT,
    "closed_name" TEXT,
    "note" TEXT,

    CONSTRAINT "follow_up_task_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "follow_up_task_status" CHECK ("status" IN ('requested', 'completed', 'cancelled')),
    CONSTRAINT "follow_up_task_alert_id_fkey" FOREIGN KEY ("alert_id") REFERENCES "alert"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "follow_up_task_alert_id_key" ON "follow_up_task"("alert_id");
CREATE INDEX "follow_up_task_status_due_at_idx" ON "follow_up_task"("status", "due_at");
CREATE INDEX "follow_up_task_closed_at_idx" ON "follow_up_task"("closed_at");
