ALTER TABLE "alert" DROP COLUMN "policy_version";
DROP TABLE "on_call_rota";
DROP TABLE "escalation_policy";
