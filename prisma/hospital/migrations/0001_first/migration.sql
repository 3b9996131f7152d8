-- Names are not schema-qualified: the migrator sets the search path to the hospital's schema.

-- CreateTable
CREATE TABLE "hospital_state" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "revision" BIGINT NOT NULL DEFAULT 0,
    "policy_version" INTEGER NOT NULL DEFAULT 1,
    "policy" JSONB NOT NULL,

    CONSTRAINT "hospital_state_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "study" (
    "id" UUID NOT NULL,
    "study_uid" TEXT NOT NULL,
    "patient_id" TEXT NOT NULL,
    "patient_issuer" TEXT NOT NULL,
    "patient_name" JSONB NOT NULL,
    "birth_date" TEXT,
    "sex" TEXT,
    "accession_number" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "modality" TEXT NOT NULL,
    "body_part" TEXT NOT NULL,
    "study_date_time" TEXT,
    "referring_physician" TEXT NOT NULL,
    "institution" TEXT NOT NULL,
    "study_class" TEXT,
    "synthetic" BOOLEAN NOT NULL,
    "calling_ae_title" TEXT NOT NULL,
    "node_id" UUID NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "last_instance_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL,
    "image_count" INTEGER NOT NULL,
    "node_epoch" UUID NOT NULL,
    "node_seq" BIGINT NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "study_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "series" (
    "id" UUID NOT NULL,
    "study_id" UUID NOT NULL,
    "series_uid" TEXT NOT NULL,
    "series_number" INTEGER,
    "modality" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "body_part" TEXT NOT NULL,
    "instances" JSONB NOT NULL,

    CONSTRAINT "series_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "edge_message" (
    "id" UUID NOT NULL,
    "node_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "applied_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "edge_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "image_analysis" (
    "id" UUID NOT NULL,
    "study_id" UUID NOT NULL,
    "series_uid" TEXT,
    "model_id" TEXT NOT NULL,
    "model_version" TEXT NOT NULL,
    "model_sha256" TEXT NOT NULL,
    "evidence" TEXT NOT NULL,
    "instance_count" INTEGER NOT NULL,
    "role" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "reason" JSONB,
    "provider" TEXT,
    "quality" JSONB,
    "timings" JSONB,
    "scores" JSONB NOT NULL DEFAULT '[]',
    "requested_by" TEXT,
    "node_epoch" UUID,
    "node_seq" BIGINT,
    "live" BOOLEAN NOT NULL DEFAULT true,
    "queued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "image_analysis_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "analysis_finding" (
    "analysis_id" UUID NOT NULL,
    "finding_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "side" TEXT,
    "severity" TEXT NOT NULL,
    "confidence" DOUBLE PRECISION NOT NULL,
    "uncertainty" DOUBLE PRECISION,
    "alert" BOOLEAN NOT NULL,
    "sop_instance_uid" TEXT NOT NULL,
    "slice_index" INTEGER NOT NULL,
    "marks" JSONB NOT NULL,
    "feedback" TEXT,
    "feedback_by" TEXT,
    "feedback_at" TIMESTAMPTZ(3),
    "feedback_note" TEXT,

    CONSTRAINT "analysis_finding_pkey" PRIMARY KEY ("analysis_id","finding_id")
);

-- CreateTable
CREATE TABLE "worklist_item" (
    "study_id" UUID NOT NULL,
    "study_uid" TEXT NOT NULL,
    "live" BOOLEAN NOT NULL DEFAULT true,
    "tier" SMALLINT NOT NULL,
    "sort_key" BIGINT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "reasons" JSONB NOT NULL,
    "modality" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'unread',
    "ai" TEXT NOT NULL,
    "assigned_to" TEXT,
    "assigned_name" TEXT,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "item" JSONB NOT NULL,
    "revision" BIGINT NOT NULL,

    CONSTRAINT "worklist_item_pkey" PRIMARY KEY ("study_id")
);

-- CreateTable
CREATE TABLE "rank_journal" (
    "revision" BIGINT NOT NULL,
    "study_uid" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "cause" TEXT NOT NULL,
    "rank_version" INTEGER NOT NULL,
    "policy_version" INTEGER NOT NULL,
    "policy" JSONB NOT NULL,
    "input" JSONB,

    CONSTRAINT "rank_journal_pkey" PRIMARY KEY ("revision","study_uid")
);

-- CreateTable
CREATE TABLE "alert" (
    "id" UUID NOT NULL,
    "study_id" UUID NOT NULL,
    "finding_code" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "finding_id" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "confidence" DOUBLE PRECISION NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "level" TEXT NOT NULL DEFAULT 'primary',
    "withdrawn" BOOLEAN NOT NULL DEFAULT false,
    "raised_at" TIMESTAMPTZ(3) NOT NULL,
    "acknowledged_by" TEXT,
    "acknowledged_name" TEXT,
    "acknowledged_at" TIMESTAMPTZ(3),
    "communication" JSONB,
    "revision" BIGINT NOT NULL,

    CONSTRAINT "alert_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_event" (
    "id" UUID NOT NULL,
    "alert_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "by" TEXT,
    "detail" JSONB,

    CONSTRAINT "alert_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "report" (
    "id" UUID NOT NULL,
    "study_id" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'draft',
    "frozen_by" TEXT,
    "frozen_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "report_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "report_update" (
    "seq" BIGSERIAL NOT NULL,
    "report_id" UUID NOT NULL,
    "update" BYTEA NOT NULL,
    "author_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "report_update_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "report_version" (
    "id" UUID NOT NULL,
    "report_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "canonical" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "state" BYTEA NOT NULL,
    "signed_by" TEXT NOT NULL,
    "signed_name" TEXT NOT NULL,
    "signed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "report_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "quarantine" (
    "id" UUID NOT NULL,
    "report_id" UUID NOT NULL,
    "update" BYTEA NOT NULL,
    "author_id" TEXT NOT NULL,
    "author_name" TEXT NOT NULL,
    "proposal" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolution" TEXT,
    "resolved_by" TEXT,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "quarantine_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" JSONB NOT NULL,
    "seq" BIGINT,
    "hash" TEXT,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "study_study_uid_key" ON "study"("study_uid");

-- CreateIndex
CREATE INDEX "study_patient_issuer_patient_id_idx" ON "study"("patient_issuer", "patient_id");

-- CreateIndex
CREATE UNIQUE INDEX "series_study_id_series_uid_key" ON "series"("study_id", "series_uid");

-- CreateIndex
CREATE INDEX "edge_message_applied_at_idx" ON "edge_message"("applied_at");

-- CreateIndex
CREATE INDEX "image_analysis_queued_at_id_idx" ON "image_analysis"("queued_at", "id");

-- CreateIndex
CREATE INDEX "image_analysis_study_id_idx" ON "image_analysis"("study_id");

-- CreateIndex
CREATE UNIQUE INDEX "worklist_item_study_uid_key" ON "worklist_item"("study_uid");

-- CreateIndex
CREATE INDEX "worklist_item_revision_idx" ON "worklist_item"("revision");

-- CreateIndex
CREATE INDEX "rank_journal_at_idx" ON "rank_journal"("at");

-- CreateIndex
CREATE INDEX "alert_state_raised_at_idx" ON "alert"("state", "raised_at");

-- CreateIndex
CREATE UNIQUE INDEX "alert_study_id_finding_code_side_key" ON "alert"("study_id", "finding_code", "side");

-- CreateIndex
CREATE UNIQUE INDEX "alert_event_alert_id_key_key" ON "alert_event"("alert_id", "key");

-- CreateIndex
CREATE UNIQUE INDEX "report_study_id_key" ON "report"("study_id");

-- CreateIndex
CREATE INDEX "report_update_report_id_seq_idx" ON "report_update"("report_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "report_version_report_id_version_key" ON "report_version"("report_id", "version");

-- CreateIndex
CREATE UNIQUE INDEX "audit_event_seq_key" ON "audit_event"("seq");

-- CreateIndex
CREATE INDEX "audit_event_at_idx" ON "audit_event"("at");

-- AddForeignKey
ALTER TABLE "series" ADD CONSTRAINT "series_study_id_fkey" FOREIGN KEY ("study_id") REFERENCES "study"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image_analysis" ADD CONSTRAINT "image_analysis_study_id_fkey" FOREIGN KEY ("study_id") REFERENCES "study"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "analysis_finding" ADD CONSTRAINT "analysis_finding_analysis_id_fkey" FOREIGN KEY ("analysis_id") REFERENCES "image_analysis"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "worklist_item" ADD CONSTRAINT "worklist_item_study_id_fkey" FOREIGN KEY ("study_id") REFERENCES "study"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert" ADD CONSTRAINT "alert_study_id_fkey" FOREIGN KEY ("study_id") REFERENCES "study"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert_event" ADD CONSTRAINT "alert_event_alert_id_fkey" FOREIGN KEY ("alert_id") REFERENCES "alert"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report" ADD CONSTRAINT "report_study_id_fkey" FOREIGN KEY ("study_id") REFERENCES "study"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report_update" ADD CONSTRAINT "report_update_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "report"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report_version" ADD CONSTRAINT "report_version_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "report"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "quarantine" ADD CONSTRAINT "quarantine_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "report"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What Prisma cannot say.

-- The list in its order, live rows only: one index scan a page at a million rows. Ties go by bytes, whatever the database's locale.
CREATE INDEX "worklist_item_order_idx" ON "worklist_item" ("tier", "sort_key", "study_uid" COLLATE "C") WHERE "live";
CREATE INDEX "worklist_item_past_idx" ON "worklist_item" ("tier", "sort_key", "study_uid" COLLATE "C") WHERE NOT "live";

-- One live result for the same model on the same evidence; history may stand beside it.
CREATE UNIQUE INDEX "image_analysis_live_key" ON "image_analysis" ("study_id", "model_id", "model_version", "evidence") WHERE "live";

-- The sealer's work: rows without a place in the chain yet, in order of arrival.
CREATE INDEX "audit_event_unsealed_idx" ON "audit_event" ("at", "id") WHERE "seq" IS NULL;

-- One row of counters.
ALTER TABLE "hospital_state" ADD CONSTRAINT "hospital_state_one_row" CHECK ("id" = 1);

ALTER TABLE "worklist_item" ADD CONSTRAINT "worklist_item_tier" CHECK ("tier" BETWEEN 0 AND 2);
ALTER TABLE "worklist_item" ADD CONSTRAINT "worklist_item_status" CHECK ("status" IN ('unread', 'claimed', 'reading', 'preliminary', 'final'));
ALTER TABLE "image_analysis" ADD CONSTRAINT "image_analysis_role" CHECK ("role" IN ('active', 'shadow'));
ALTER TABLE "image_analysis" ADD CONSTRAINT "image_analysis_status"
  CHECK ("status" IN ('queued', 'running', 'provisional', 'final', 'failed', 'refused', 'cancelled'));
ALTER TABLE "analysis_finding" ADD CONSTRAINT "analysis_finding_severity" CHECK ("severity" IN ('critical', 'urgent', 'routine'));
ALTER TABLE "analysis_finding" ADD CONSTRAINT "analysis_finding_confidence" CHECK ("confidence" BETWEEN 0 AND 1);
ALTER TABLE "analysis_finding" ADD CONSTRAINT "analysis_finding_feedback" CHECK ("feedback" IN ('agree', 'refuse'));
ALTER TABLE "alert" ADD CONSTRAINT "alert_confidence" CHECK ("confidence" BETWEEN 0 AND 1);

-- A sealed row has its place and its hash together, or neither.
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_sealed" CHECK (("seq" IS NULL) = ("hash" IS NULL));
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_hash" CHECK (length("hash") = 64);
ALTER TABLE "report_version" ADD CONSTRAINT "report_version_hash" CHECK (length("hash") = 64);
