-- Children before parents; indexes and constraints go with their tables.
DROP TABLE "setup_token";
DROP TABLE "ai_feature";
DROP TABLE "edge_node";
DROP TABLE "membership";
DROP TABLE "verification";
DROP TABLE "account";
DROP TABLE "session";
DROP TABLE "user";
DROP TABLE "organisation";
