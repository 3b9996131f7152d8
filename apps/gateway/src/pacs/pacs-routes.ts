import { priorsViewSchema, priorViewSchema } from '@readroom/shared/study/prior-view';
import { z } from 'zod';
import { errorBodies } from '../analysis/error-bodies.ts';
import { requireMember } from '../auth/session.ts';
import type { Routes, ZodTypeProvider } from '../http/server.ts';
import { readPatientStudies, readPriors } from './read-priors.ts';
import { pacsStudySchema, readStudy } from './read-study.ts';

const tags = ['pacs'];
const byId = z.object({ id: z.uuid() });
const byStudy = z.object({ studyId: z.uuid() });
const errors = errorBodies(400, 401, 403, 404);

/** `/api/pacs`: studies and their priors. Addresses hold ids of ours, never a patient's. */
export const pacsRoutes: Routes = (app, deps) => {
  const rest = app.withTypeProvider<ZodTypeProvider>();
  rest.get(
    '/api/pacs/studies/:studyId',
    { schema: { tags, summary: 'A study as its edge node holds it', params: byStudy, response: { 200: pacsStudySchema, ...errors } } },
    async (request) => readStudy(deps, await requireMember(deps, request.headers, 'study.view'), request.params.studyId),
  );
  rest.get(
    '/api/pacs/studies/:studyId/priors',
    { schema: { tags, summary: 'Priors of a study, the most relevant first', description: 'Ranked by body part, modality and recency; at most eight. `problem` says why the PACS could not be asked.', params: byStudy, response: { 200: priorsViewSchema, ...errors } } },
    async (request) => readPriors(deps, await requireMember(deps, request.headers, 'study.view'), request.params.studyId),
  );
  rest.get(
    '/api/pacs/patients/:id/prior-studies',
    {
      schema: {
        tags,
        summary: 'Every study known of a patient, the newest first',
        description: 'The id is the `patientId` of a study or its priors: our own, made for addresses. Studies whose images are at a node, and those a PACS named.',
        params: byId,
        response: { 200: z.object({ patientId: z.uuid(), studies: z.array(priorViewSchema) }), ...errors },
      },
    },
    async (request) => ({ patientId: request.params.id, studies: await readPatientStudies(deps, await requireMember(deps, request.headers, 'study.view'), request.params.id) }),
  );
};
