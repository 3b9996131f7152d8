import type { Hospital } from '@readroom/db';
import { MINUTE_MS } from '@readroom/shared/clock';
import type { Service } from '@readroom/shared/service';
import type { Deps } from '../../infra/deps.ts';
import { inTransaction } from '../../study/retry.ts';
import { publishPatch } from '../../worklist/push.ts';
import { refreshWorklistItem } from '../../worklist/refresh.ts';
import { nextRevision } from '../../worklist/revision.ts';

/** An analysis that nobody heard of for so long has failed: the list must not say "still analysing" for ever (PR7). */
export const NO_ANSWER_AFTER_MS = 30 * MINUTE_MS;
const LOOK_EVERY_MS = MINUTE_MS;
/** Ended in one look; the next goes on. */
const BATCH = 100;

export function analysisTimeoutService(deps: Deps): Service {
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  return {
    name: 'analysis-time-out',
    async start() {
      timer = setInterval(() => {
        looking = endSilentAnalyses(deps).catch((error: unknown) => deps.log.warn({ event: 'analysis.time-out-failed', err: error }));
      }, LOOK_EVERY_MS);
    },
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}

/** One look at every hospital. A late result still counts: it is newer than what this writes. */
export async function endSilentAnalyses(deps: Deps): Promise<void> {
  const organisations = await deps.control.organisation.findMany({ select: { id: true } });
  for (const { id } of organisations) await endSilentIn(deps, await deps.hospital(id));
}

async function endSilentIn(deps: Deps, hospital: Hospital): Promise<void> {
  const silent = { status: { in: ['queued', 'running'] }, live: true, queuedAt: { lt: new Date(deps.clock() - NO_ANSWER_AFTER_MS) } };
  const rows = await hospital.client.imageAnalysis.findMany({ where: silent, select: { id: true, studyId: true }, take: BATCH });
  for (const row of rows) {
    const patch = await inTransaction(hospital, async (tx) => {
      const revision = await nextRevision(tx);
      const reason = { code: 'no-answer', text: 'The edge node gave no answer in time' };
      await tx.imageAnalysis.updateMany({ where: { ...silent, id: row.id }, data: { status: 'failed', reason, completedAt: new Date(deps.clock()) } });
      return refreshWorklistItem(tx, row.studyId, 'analysis-timed-out', revision);
    });
    publishPatch(deps, hospital.organisationId, patch);
  }
}
