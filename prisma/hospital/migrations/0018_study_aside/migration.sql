-- A study a reader has put aside, with why, and until when where they said so.
CREATE TABLE "study_aside" (
    "study_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "author_id" TEXT NOT NULL,
    "author_name" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),

    CONSTRAINT "study_aside_pkey" PRIMARY KEY ("study_id")
);
CREATE INDEX "study_aside_until_idx" ON "study_aside"("until");
ALTER TABLE "study_aside" ADD CONSTRAINT "study_aside_study_id_fkey" FOREIGN KEY ("study_id") REFERENCES "study"("id") ON DELETE CASCADE ON UPDATE CASCADE;
