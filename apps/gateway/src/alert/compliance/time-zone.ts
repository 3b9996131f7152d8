import type { Member } from '@readroom/shared/access/can';
import { isTimeZone } from '@readroom/shared/alert/shift';
import { AppError } from '@readroom/shared/error';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import type { Deps } from '../../infra/deps.ts';

/** The hospital's own clock, an IANA name. Throws `forbidden`, and `bad-input` for a zone nobody knows. */
export async function setTimeZone(deps: Deps, member: Member, timeZone: string): Promise<void> {
  requireCan(member, 'hospital.configure', member.organisation);
  if (!isTimeZone(timeZone)) throw new AppError('bad-input', { class: 'permanent', message: 'There is no such time zone. Choose one of the IANA list, such as Europe/Stockholm.' });
  const { client } = await deps.hospital(member.organisation);
  await client.$transaction(async (tx) => {
    const before = await tx.hospitalState.findUniqueOrThrow({ where: { id: 1 }, select: { timeZone: true } });
    if (before.timeZone === timeZone) return;
    await tx.hospitalState.update({ where: { id: 1 }, data: { timeZone } });
    await audit(tx, { ...by(member), action: 'hospital.time-zone', subject: { from: before.timeZone, to: timeZone } });
  });
}
