import { analysisViewSchema } from '@readroom/shared/finding/analysis-view';
import { roleSchema } from '@readroom/shared/access/role';
import { seriesSchema } from '@readroom/shared/study/study';
import { worklistItemSchema } from '@readroom/shared/worklist/worklist-item';
import { z } from 'zod';

/** `GET /api/instance`: what anybody may know before signing in. */
export const instanceSchema = z.object({
  name: z.string(),
  version: z.string(),
  demo: z.boolean(),
  demoAccounts: z.array(z.object({ email: z.string(), role: roleSchema })).nullable(),
  password: z.string().nullable(),
  needsSetup: z.boolean(),
});
export type Instance = z.infer<typeof instanceSchema>;

export const meSchema = z.object({
  user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  memberships: z.array(z.object({ organisation: z.string(), organisationName: z.string(), role: roleSchema, demo: z.boolean() })),
});
export type Me = z.infer<typeof meSchema>;

export const studyViewSchema = z.object({
  item: worklistItemSchema,
  series: z.array(seriesSchema),
  analyses: z.array(analysisViewSchema),
  reportId: z.string().nullable(),
  /** A prior that was fetched to be looked at. */
  fetchedAsPrior: z.boolean().default(false),
});
export type StudyView = z.infer<typeof studyViewSchema>;
