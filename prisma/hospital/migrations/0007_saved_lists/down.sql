DROP TABLE "default_list";
DROP TABLE "saved_list";
