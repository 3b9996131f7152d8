import { personProcedure, router } from '../trpc/base.ts';

export const meRouter = router({
  /** Who I am and where I belong. */
  get: personProcedure.query(({ ctx }) => ({
    user: ctx.person.user,
    memberships: ctx.person.memberships.map(({ member, organisationName, demo }) => ({
      organisation: member.organisation,
      organisationName,
      role: member.role,
      demo,
    })),
  })),
});
