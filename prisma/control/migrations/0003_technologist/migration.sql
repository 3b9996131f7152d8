-- A role that is told which series to take again, and nothing else.
ALTER TABLE "membership" DROP CONSTRAINT "membership_role";
ALTER TABLE "membership" ADD CONSTRAINT "membership_role" CHECK ("role" IN ('resident', 'attending', 'admin', 'it', 'technologist'));
