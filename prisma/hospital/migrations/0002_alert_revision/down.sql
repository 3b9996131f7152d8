DROP INDEX "alert_revision_idx";
