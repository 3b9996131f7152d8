import { fhirBundleSchema, fhirTask } from '@readroom/shared/alert/follow-up';
import { errorBodies } from '../../analysis/error-bodies.ts';
import { requireMember } from '../../auth/session.ts';
import type { Routes, ZodTypeProvider } from '../../http/server.ts';
import { listFollowUps } from './follow-ups.ts';

/** AL15: for programs of the hospital that know FHIR. */
export const followUpRoutes: Routes = (app, deps) => {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/api/alerts/follow-up-tasks',
    { schema: { tags: ['alerts'], summary: 'Follow-up tasks as FHIR R4 Tasks, the first due first', description: 'A searchset Bundle of those that are open.', response: { 200: fhirBundleSchema, ...errorBodies(401, 403) } } },
    async (request) => {
      const { open } = await listFollowUps(deps, await requireMember(deps, request.headers, 'alert.view'));
      return { resourceType: 'Bundle' as const, type: 'searchset' as const, total: open.length, entry: open.map((task) => ({ resource: fhirTask(task) })) };
    },
  );
};
