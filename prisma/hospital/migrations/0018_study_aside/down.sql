DROP TABLE "study_aside";
