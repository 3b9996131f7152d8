-- Sizes of what a finding marks: volumes and diameters with their units. None for what was not measured.
ALTER TABLE "analysis_finding" ADD COLUMN "measurements" JSONB NOT NULL DEFAULT '[]';
