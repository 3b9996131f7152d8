DROP TABLE "quality_assessment";
