DROP TABLE "patient";
DROP TABLE "prior_study";
ALTER TABLE "study" DROP COLUMN "priors_problem";
ALTER TABLE "study" DROP COLUMN "priors_asked_at";
