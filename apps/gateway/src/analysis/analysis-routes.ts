import { uidSchema } from '@readroom/shared/dicom/uid';
import { analysisStatusSchema } from '@readroom/shared/finding/analysis';
import { analysisViewSchema, feedbackVerdictSchema } from '@readroom/shared/finding/analysis-view';
import { z } from 'zod';
import { requireMember } from '../auth/session.ts';
import type { Routes, ZodTypeProvider } from '../http/server.ts';
import { listOf, listQuerySchema } from '../worklist/page/query.ts';
import { cancelAnalysis } from './ask/cancel.ts';
import { errorBodies } from './error-bodies.ts';
import { giveFeedback } from './feedback.ts';
import { getAnalysis, listAnalyses } from './list.ts';
import { requestAnalysis } from './ask/request.ts';

const tags = ['image analysis'];
const byId = z.object({ id: z.uuid() });
const byFinding = z.object({ id: z.uuid(), findingId: z.string().min(1).max(64) });
const querySchema = listQuerySchema.extend({ status: listOf(analysisStatusSchema).optional() });
const pageSchema = z.object({ items: z.array(analysisViewSchema), nextCursor: z.string().nullable() });
const requestBody = z.object({ studyUid: uidSchema, modelId: z.string().min(1).max(64).optional().describe('Left out: every model that takes the study') });
const feedbackBody = z.object({ verdict: feedbackVerdictSchema, note: z.string().max(500).optional() });

/** `/api/image-analysis`: what models said of studies, asking for more, cancelling, and radiologists' answers. */
export const analysisRoutes: Routes = (app, deps) => {
  const rest = app.withTypeProvider<ZodTypeProvider>();
  void readRoutes(app, deps);
  rest.post(
    '/api/image-analysis',
    {
      schema: {
        tags,
        summary: 'Ask the edge to analyse a study (again)',
        description: 'Answers the queued analysis. 409 `not-at-edge` when the edge node no longer holds the images. What AI said before stays in force until the new result.',
        body: requestBody,
        response: { 202: analysisViewSchema, ...errorBodies(400, 401, 403, 404, 409, 422, 503, 504) },
      },
    },
    async (request, reply) => {
      const member = await requireMember(deps, request.headers, 'analysis.request');
      return reply.status(202).send(await requestAnalysis(deps, member, request.body));
    },
  );
  rest.delete(
    '/api/image-analysis/:id',
    { schema: { tags, summary: 'Cancel an analysis that is queued or running', params: byId, response: { 200: analysisViewSchema, ...errorBodies(400, 401, 403, 404, 409) } } },
    async (request) => cancelAnalysis(deps, await requireMember(deps, request.headers, 'analysis.request'), request.params.id),
  );
  rest.post(
    '/api/image-analysis/:id/findings/:findingId/feedback',
    {
      schema: {
        tags,
        summary: 'Agree with a finding or refuse it',
        description: 'A refused finding leaves the rank at once. The latest answer counts.',
        params: byFinding,
        body: feedbackBody,
        response: { 200: analysisViewSchema, ...errorBodies(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const member = await requireMember(deps, request.headers, 'finding.feedback');
      return giveFeedback(deps, member, request.params.id, request.params.findingId, request.body);
    },
  );
};

const readRoutes: Routes = (app, deps) => {
  const rest = app.withTypeProvider<ZodTypeProvider>();
  rest.get(
    '/api/image-analysis',
    {
      schema: {
        tags,
        summary: 'Analyses, newest first',
        description: 'Keyset pages: send back `nextCursor` as `cursor`. Filters: studyUid, status and modality (comma-separated), since (queued at or after).',
        querystring: querySchema,
        response: { 200: pageSchema, ...errorBodies(400, 401, 403) },
      },
    },
    async (request) => {
      const { items, nextCursor } = await listAnalyses(deps, await requireMember(deps, request.headers, 'study.view'), request.query);
      return { items: [...items], nextCursor };
    },
  );
  rest.get(
    '/api/image-analysis/:id',
    { schema: { tags, summary: 'One analysis', params: byId, response: { 200: analysisViewSchema, ...errorBodies(400, 401, 403, 404) } } },
    async (request) => getAnalysis(deps, await requireMember(deps, request.headers, 'study.view'), request.params.id),
  );
};
