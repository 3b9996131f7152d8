-- The override in force of a study (PR2), at most one; what was in force before stands in the journal and the audit.
CREATE TABLE "study_override" (
    "study_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "tier" SMALLINT NOT NULL,
    "offset_ms" BIGINT NOT NULL,
    "critical_seen" JSONB NOT NULL,
    "author_id" TEXT NOT NULL,
    "author_name" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "study_override_pkey" PRIMARY KEY ("study_id"),
    CONSTRAINT "study_override_study_id_fkey" FOREIGN KEY ("study_id") REFERENCES "study"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- The expiry looks for what has ended.
CREATE INDEX "study_override_expires_at_idx" ON "study_override"("expires_at");

-- When the supervisor was called because nobody had reported the study within the hard limit (PR4).
ALTER TABLE "study" ADD COLUMN "overdue_at" TIMESTAMPTZ(3);
