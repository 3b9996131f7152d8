-- Children before parents; indexes and constraints go with their tables.
DROP TABLE "audit_event";
DROP TABLE "quarantine";
DROP TABLE "report_version";
DROP TABLE "report_update";
DROP TABLE "report";
DROP TABLE "alert_event";
DROP TABLE "alert";
DROP TABLE "rank_journal";
DROP TABLE "worklist_item";
DROP TABLE "analysis_finding";
DROP TABLE "image_analysis";
DROP TABLE "edge_message";
DROP TABLE "series";
DROP TABLE "study";
DROP TABLE "hospital_state";
