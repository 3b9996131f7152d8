ALTER TABLE "prior_study" DROP COLUMN "fetch_problem";
ALTER TABLE "prior_study" DROP COLUMN "fetch_asked_at";
ALTER TABLE "study" DROP COLUMN "deleted_at";
ALTER TABLE "study" DROP COLUMN "fetched_as_prior";
