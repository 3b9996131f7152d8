import type { Hospital } from '@readroom/db';
import { audit } from '../../audit/audit.ts';
import type { Deps } from '../../infra/deps.ts';
import { inTransaction } from '../../study/retry.ts';
import { publishPatch } from '../push.ts';
import { refreshWorklistItem } from '../refresh.ts';
import { nextRevision } from '../revision.ts';

/** Ended in one look; the next goes on. */
const BATCH = 100;

/** PR2: overrides whose time is over leave the rank, each journalled and audited once, whichever gateway looks first. */
export async function expireOverrides(deps: Deps, hospital: Hospital): Promise<void> {
  const isOver = { expiresAt: { lte: new Date(deps.clock()) } };
  const over = await hospital.client.studyOverride.findMany({ where: isOver, select: { studyId: true, id: true }, orderBy: { expiresAt: 'asc' }, take: BATCH });
  for (const { studyId, id } of over) {
    const patch = await inTransaction(hospital, async (tx) => {
      const rev = await nextRevision(tx);
      const { count } = await tx.studyOverride.deleteMany({ where: { studyId, id, ...isOver } });
      if (count === 0) return { rev };
      await audit(tx, { actor: 'system', role: 'system', action: 'study.move-expired', subject: { studyId, overrideId: id } });
      return refreshWorklistItem(tx, studyId, 'move-expired', rev);
    });
    publishPatch(deps, hospital.organisationId, patch);
  }
}
