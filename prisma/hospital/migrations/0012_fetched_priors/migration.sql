-- A study that a node fetched as a prior is on no list; how fetching a prior stands; and when a node deleted the images of a study.
ALTER TABLE "study" ADD COLUMN "fetched_as_prior" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "study" ADD COLUMN "deleted_at" TIMESTAMPTZ(3);
ALTER TABLE "prior_study" ADD COLUMN "fetch_asked_at" TIMESTAMPTZ(3);
ALTER TABLE "prior_study" ADD COLUMN "fetch_problem" TEXT;
