import { adminRouter } from '../admin/admin-router.ts';
import { alertRouter } from '../alert/alert-router.ts';
import { analysisRouter } from '../analysis/analysis-router.ts';
import { meRouter } from '../auth/me-router.ts';
import { pacsRouter } from '../pacs/pacs-router.ts';
import { repeatRouter } from '../quality/repeat-router.ts';
import { reportRouter } from '../report/report-router.ts';
import { studyRouter } from '../study/study-router.ts';
import { listsRouter } from '../worklist/saved/lists-router.ts';
import { worklistRouter } from '../worklist/page/worklist-router.ts';
import { router } from './base.ts';

/** Every feature's router under its own name. The web imports the type alone. */
export const appRouter = router({
  admin: adminRouter,
  alert: alertRouter,
  analysis: analysisRouter,
  lists: listsRouter,
  me: meRouter,
  pacs: pacsRouter,
  repeat: repeatRouter,
  report: reportRouter,
  study: studyRouter,
  worklist: worklistRouter,
});

export type AppRouter = typeof appRouter;
