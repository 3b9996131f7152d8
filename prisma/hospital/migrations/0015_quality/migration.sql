-- What was said of each series before it was analysed, and what a technologist answered to a call for a repeat.
CREATE TABLE "quality_assessment" (
    "id" UUID NOT NULL,
    "study_id" UUID NOT NULL,
    "series_uid" TEXT NOT NULL,
    "modality" TEXT NOT NULL,
    "model" TEXT,
    "images" INTEGER NOT NULL,
    "score" DOUBLE PRECISION,
    "route" TEXT,
    "flaws" JSONB NOT NULL,
    "reasons" JSONB NOT NULL,
    "assessed_at" TIMESTAMPTZ(3) NOT NULL,
    "node_epoch" UUID NOT NULL,
    "node_seq" BIGINT NOT NULL,
    "flagged_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "settled_by" TEXT,
    "settled_name" TEXT,
    "settled_at" TIMESTAMPTZ(3),
    "settled_reason" TEXT,

    CONSTRAINT "quality_assessment_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "quality_assessment_route" CHECK ("route" IN ('analyse', 'warn', 'refuse', 'repeat')),
    CONSTRAINT "quality_assessment_outcome" CHECK ("outcome" IN ('repeated', 'not-needed')),
    CONSTRAINT "quality_assessment_settled" CHECK (("outcome" IS NULL) = ("settled_at" IS NULL)),
    CONSTRAINT "quality_assessment_study_id_fkey" FOREIGN KEY ("study_id") REFERENCES "study"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "quality_assessment_study_id_series_uid_key" ON "quality_assessment"("study_id", "series_uid");
CREATE INDEX "quality_assessment_flagged_at_idx" ON "quality_assessment"("flagged_at", "id");
