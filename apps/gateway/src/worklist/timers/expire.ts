import type { Hospital, HospitalTx } from '@readroom/db';
import { audit } from '../../audit/audit.ts';
import type { Deps } from '../../infra/deps.ts';
import { inTransaction } from '../../study/retry.ts';
import { publishPatch } from '../push.ts';
import { refreshWorklistItem, type RefreshCause } from '../refresh.ts';
import { nextRevision } from '../revision.ts';

/** Ended in one look; the next goes on. */
const BATCH = 100;

/** PR2: overrides whose time is over leave the rank, each journalled and audited once, whichever gateway looks first. */
export async function expireOverrides(deps: Deps, hospital: Hospital): Promise<void> {
  const isOver = { expiresAt: { lte: new Date(deps.clock()) } };
  const over = await hospital.client.studyOverride.findMany({ where: isOver, select: { studyId: true, id: true }, orderBy: { expiresAt: 'asc' }, take: BATCH });
  for (const { studyId, id } of over) {
    const end = async (tx: HospitalTx) => (await tx.studyOverride.deleteMany({ where: { studyId, id, ...isOver } })).count;
    await endOne(deps, hospital, studyId, { end, cause: 'move-expired', action: 'study.move-expired', subject: { overrideId: id } });
  }
}

/** LF6: studies put aside until now come back. */
export async function endAsides(deps: Deps, hospital: Hospital): Promise<void> {
  const isOver = { until: { lte: new Date(deps.clock()) } };
  const over = await hospital.client.studyAside.findMany({ where: isOver, select: { studyId: true, id: true }, orderBy: { until: 'asc' }, take: BATCH });
  for (const { studyId, id } of over) {
    const end = async (tx: HospitalTx) => (await tx.studyAside.deleteMany({ where: { studyId, id, ...isOver } })).count;
    await endOne(deps, hospital, studyId, { end, cause: 'aside-over', action: 'study.aside-over', subject: { asideId: id } });
  }
}

interface Ending {
  /** Takes the row away; 0 when another gateway was first. */
  end(tx: HospitalTx): Promise<number>;
  readonly cause: RefreshCause;
  readonly action: string;
  readonly subject: Readonly<Record<string, string>>;
}

async function endOne(deps: Deps, hospital: Hospital, studyId: string, { end, cause, action, subject }: Ending): Promise<void> {
  const patch = await inTransaction(hospital, async (tx) => {
    const rev = await nextRevision(tx);
    if ((await end(tx)) === 0) return { rev };
    await audit(tx, { actor: 'system', role: 'system', action, subject: { studyId, ...subject } });
    return refreshWorklistItem(tx, studyId, cause, rev);
  });
  publishPatch(deps, hospital.organisationId, patch);
}
