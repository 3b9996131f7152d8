-- Acknowledgements made at a node's own page while the gateway was out of reach (AL7). One stands for an alert's identity, and may be here before the alert.
CREATE TABLE "lan_acknowledgement" (
    "id" UUID NOT NULL,
    "node_id" UUID NOT NULL,
    "study_uid" TEXT NOT NULL,
    "finding_code" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "communication" JSONB,

    CONSTRAINT "lan_acknowledgement_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "lan_acknowledgement_study_uid_finding_code_side_key" ON "lan_acknowledgement"("study_uid", "finding_code", "side");
