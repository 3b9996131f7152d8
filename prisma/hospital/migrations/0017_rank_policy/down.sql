DROP INDEX "rank_journal_study_uid_revision_idx";
ALTER TABLE "worklist_item" DROP COLUMN "policy_version";
DROP TABLE "rank_policy";
