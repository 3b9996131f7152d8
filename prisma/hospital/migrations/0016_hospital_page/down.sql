DROP TABLE "lan_acknowledgement";
