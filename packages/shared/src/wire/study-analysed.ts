import { z } from 'zod';
import { analysisResultSchema } from '../finding/analysis.ts';
import { studySnapshotSchema } from '../study/study.ts';

/** One model's result. It carries the snapshot it was made from, so it can be applied before, after or without `study-received`. */
export const studyAnalysedSchema = z.object({
  type: z.literal('study-analysed'),
  study: studySnapshotSchema,
  analysis: analysisResultSchema,
});
