DELETE FROM "notification" WHERE "outage_id" IS NOT NULL;
ALTER TABLE "notification" DROP COLUMN "outage_id";
ALTER TABLE "alert_channel" DROP COLUMN "on_path";
DROP TABLE "canary_outage";
DROP TABLE "canary_run";
DROP TABLE "canary_setting";
