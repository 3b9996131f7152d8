import type { HospitalPrisma } from '@readroom/db';
import { canaryStageSchema, canaryStateSchema } from '@readroom/shared/alert/canary';
import type { CanaryRun, CanaryTimes } from '@readroom/shared/alert/canary';

type RunRow = HospitalPrisma.CanaryRunGetPayload<object>;

export function timesOf(row: RunRow): CanaryTimes {
  const at = (date: Date | null): number | null => date?.getTime() ?? null;
  return {
    asked: at(row.askedAt), queued: at(row.queuedAt), emitted: at(row.emittedAt), received: at(row.receivedAt), raised: at(row.raisedAt), escalated: at(row.escalatedAt), notified: at(row.notifiedAt), committed: at(row.committedAt), pushed: at(row.pushedAt), heard: at(row.heardAt),
  };
}

/** `node`: the name of the one asked. */
export function runOf(row: RunRow, node: string | null): CanaryRun {
  return {
    id: row.id, node, state: canaryStateSchema.parse(row.state), begunAt: row.begunAt.getTime(), endedAt: row.endedAt?.getTime() ?? null, times: timesOf(row),
    brokenStage: canaryStageSchema.nullable().parse(row.brokenStage), reason: row.reason,
  };
}
