-- The version before knows no such role: whoever has it alone can no longer come in.
DELETE FROM "membership" WHERE "role" = 'technologist';
ALTER TABLE "membership" DROP CONSTRAINT "membership_role";
ALTER TABLE "membership" ADD CONSTRAINT "membership_role" CHECK ("role" IN ('resident', 'attending', 'admin', 'it'));
