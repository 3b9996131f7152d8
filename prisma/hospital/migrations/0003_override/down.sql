ALTER TABLE "study" DROP COLUMN "overdue_at";
DROP TABLE "study_override";
