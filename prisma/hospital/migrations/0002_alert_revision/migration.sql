-- Each gateway follows the alerts that later revisions changed.
CREATE INDEX "alert_revision_idx" ON "alert"("revision");
