DROP TABLE "follow_up_task";
