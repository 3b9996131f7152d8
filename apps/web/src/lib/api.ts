import { alertSchema, type Alert, type Communication } from '@readroom/shared/alert/alert';
import { worklistPageSchema, type WorklistPage } from '@readroom/shared/worklist/events';
import { z } from 'zod';
import { analysisViewSchema, type AnalysisView } from '@readroom/shared/finding/analysis-view';
import { meSchema, studyViewSchema, type Me, type StudyView } from './contract.ts';
import { getJson } from './rest.ts';
import { trpc } from './trpc.ts';

const alertPageSchema = z.object({ items: z.array(alertSchema), nextCursor: z.string().nullable() });
const analysisPageSchema = z.object({ items: z.array(analysisViewSchema) });
export type AlertPage = z.infer<typeof alertPageSchema>;

/** Everything the screens ask of the gateway. Answers are parsed here, once. */
export const api = {
  async me(signal?: AbortSignal): Promise<Me> {
    return meSchema.parse(await trpc.query('me.get', undefined, { ...(signal ? { signal } : {}) }));
  },
  async worklistPage(input: { limit: number; cursor?: string }, signal?: AbortSignal): Promise<WorklistPage> {
    return worklistPageSchema.parse(await trpc.query('worklist.page', input, { ...(signal ? { signal } : {}) }));
  },
  async study(studyId: string, signal?: AbortSignal): Promise<StudyView> {
    return studyViewSchema.parse(await trpc.query('study.get', { studyId }, { ...(signal ? { signal } : {}) }));
  },
  /** What the models said of one study, without opening it. */
  async analysesOf(studyUid: string, signal?: AbortSignal): Promise<AnalysisView[]> {
    const answer = await getJson(`/api/image-analysis?studyUid=${encodeURIComponent(studyUid)}&limit=50`, signal);
    return analysisPageSchema.parse(answer).items.filter((analysis) => analysis.live);
  },
  async claim(studyId: string): Promise<void> {
    await trpc.mutation('study.claim', { studyId });
  },
  async release(studyId: string): Promise<void> {
    await trpc.mutation('study.release', { studyId });
  },
  async openAlerts(signal?: AbortSignal): Promise<Alert[]> {
    return z.array(alertSchema).parse(await trpc.query('alert.open', undefined, { ...(signal ? { signal } : {}) }));
  },
  async alertPage(input: { limit: number; cursor?: string }): Promise<AlertPage> {
    return alertPageSchema.parse(await trpc.query('alert.list', input));
  },
  async acknowledge(alertId: string, communication: Communication): Promise<Alert> {
    return alertSchema.parse(await trpc.mutation('alert.acknowledge', { alertId, communication }));
  },
};
