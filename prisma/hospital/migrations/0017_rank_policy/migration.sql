-- How the list is ordered, in versions. The application's role may insert and read, nothing else.
CREATE TABLE "rank_policy" (
    "version" INTEGER NOT NULL,
    "policy" JSONB NOT NULL,
    "reason" TEXT NOT NULL,
    "by_id" TEXT,
    "by_name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "rank_policy_pkey" PRIMARY KEY ("version")
);
-- What is in force.
INSERT INTO "rank_policy" ("version", "policy", "reason", "by_name") SELECT "policy_version", "policy", '', 'Readroom' FROM "hospital_state";

-- Rows that were ranked under an older policy are found by it.
ALTER TABLE "worklist_item" ADD COLUMN "policy_version" INTEGER NOT NULL DEFAULT 1;
CREATE INDEX "worklist_item_policy_version_idx" ON "worklist_item"("policy_version") WHERE "live";

-- What was last known of one study at a moment of the past.
CREATE INDEX "rank_journal_study_uid_revision_idx" ON "rank_journal"("study_uid", "revision");
