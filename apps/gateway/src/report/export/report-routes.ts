import { z } from 'zod';
import { requireMember } from '../../auth/session.ts';
import type { Routes, ZodTypeProvider } from '../../http/server.ts';
import { exportPdf } from './export-report.ts';

/** The file name carries our id, never a patient's. */
export const reportRoutes: Routes = (app, deps) => {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/api/reports/:reportId/pdf',
    {
      schema: {
        tags: ['reports'],
        summary: 'A signed report as PDF',
        description: 'The newest sealed version, or `version`. 409 while the report is a draft. The same version gives the same bytes; their sha256 is in `x-content-sha256`.',
        params: z.object({ reportId: z.uuid() }),
        querystring: z.object({ version: z.coerce.number().int().min(1).optional() }),
      },
    },
    async (request, reply) => {
      const member = await requireMember(deps, request.headers, 'report.view');
      const pdf = await exportPdf(deps, member, request.params.reportId, request.query.version ?? null);
      return reply
        .header('content-type', 'application/pdf')
        .header('content-disposition', `attachment; filename="${pdf.fileName}"`)
        .header('cache-control', 'no-store')
        .header('x-content-sha256', pdf.sha256)
        .send(pdf.bytes);
    },
  );
};
