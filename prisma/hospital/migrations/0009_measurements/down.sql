ALTER TABLE "analysis_finding" DROP COLUMN "measurements";
