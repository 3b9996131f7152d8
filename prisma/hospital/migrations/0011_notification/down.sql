DROP TABLE "notification";
DROP TABLE "alert_channel";
