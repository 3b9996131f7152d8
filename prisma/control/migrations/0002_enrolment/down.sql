DROP TABLE "edge_enrolment";
ALTER TABLE "edge_node" DROP CONSTRAINT "edge_node_whole_key";
-- Every node needs a key of the old kind again: a hash that no key has.
UPDATE "edge_node" SET "key_hash" = encode(sha256("id"::text::bytea), 'hex');
ALTER TABLE "edge_node" ALTER COLUMN "key_hash" SET NOT NULL;
ALTER TABLE "edge_node" DROP COLUMN "public_key";
