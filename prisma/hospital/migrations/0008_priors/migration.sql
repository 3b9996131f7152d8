-- Earlier studies of a study's patient, as the PACS told of them, and how the last asking went.
ALTER TABLE "study" ADD COLUMN "priors_asked_at" TIMESTAMPTZ(3);
ALTER TABLE "study" ADD COLUMN "priors_problem" TEXT;

CREATE TABLE "prior_study" (
    "id" UUID NOT NULL,
    "study_id" UUID NOT NULL,
    "prior_uid" TEXT NOT NULL,
    "study_date_time" TEXT,
    "modalities" TEXT[],
    "description" TEXT NOT NULL,
    "body_part" TEXT NOT NULL,
    "image_count" INTEGER,
    "source" TEXT NOT NULL,

    CONSTRAINT "prior_study_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "prior_study_study_id_prior_uid_key" ON "prior_study"("study_id", "prior_uid");
CREATE INDEX "prior_study_prior_uid_idx" ON "prior_study"("prior_uid");
ALTER TABLE "prior_study" ADD CONSTRAINT "prior_study_study_id_fkey" FOREIGN KEY ("study_id") REFERENCES "study"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Our own id of a patient, for addresses: a patient's ID stands in none.
CREATE TABLE "patient" (
    "id" UUID NOT NULL,
    "patient_issuer" TEXT NOT NULL,
    "patient_id" TEXT NOT NULL,

    CONSTRAINT "patient_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "patient_patient_issuer_patient_id_key" ON "patient"("patient_issuer", "patient_id");
