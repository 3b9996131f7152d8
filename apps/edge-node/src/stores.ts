import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { Clock } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { EdgeEnv } from './env.ts';
import { openProgress } from './flow/progress.ts';
import type { Progress } from './flow/progress.ts';
import type { StudyFlow } from './flow/study-flow.ts';
import { openAuditHead } from './infra/audit-head.ts';
import type { AuditHeadKeeper } from './infra/audit-head.ts';
import { realTimer } from './infra/timers.ts';
import { openRoles } from './inference/registry/roles.ts';
import type { Roles } from './inference/registry/roles.ts';
import { openIntake } from './intake/intake.ts';
import type { Intake } from './intake/intake.ts';
import { openOutbox } from './outbox/outbox.ts';
import type { Outbox } from './outbox/outbox.ts';
import { openLanRecord } from './lan/record.ts';
import type { LanRecord } from './lan/record.ts';
import { lanUsersFile, openLanUsers } from './lan/users.ts';
import type { LanUsers } from './lan/users.ts';
import { openPriorRecord } from './prior/record.ts';
import type { PriorRecord } from './prior/record.ts';
import type { Watches } from './watches.ts';

/** Everything of the node that is on its disk. */
export interface Stores {
  readonly intake: Intake;
  readonly outbox: Outbox;
  readonly progress: Progress;
  readonly priorRecord: PriorRecord;
  readonly lanRecord: LanRecord;
  readonly lanUsers: LanUsers;
  readonly roles: Roles;
  readonly auditHead: AuditHeadKeeper;
  close(): Promise<void>;
}

/** `flow` is asked late: it is made from the stores it hears of. @throws AppError with a sentence for the person who started the node */
export async function openStores(env: EdgeEnv, clock: Clock, watch: Watches, flow: () => StudyFlow | null): Promise<Stores> {
  makeHome(env.home);
  const intake = openIntake({
    home: env.home,
    reserveBytes: env.diskReserveBytes,
    clock,
    setTimer: realTimer,
    makeId: randomUUID,
    isComplete: (studyUid) => flow()?.isComplete(studyUid) ?? true,
    onChanged: (studyUid) => flow()?.changed(studyUid),
    onAssembled(studyUid, evidence) {
      watch.assembled(evidence);
      flow()?.assembled(studyUid);
    },
    onRepeated(same, studyUid) {
      watch.repeated(same);
      flow()?.repeated(studyUid);
    },
    onHalted: watch.halted,
  });
  watch.recovered(intake.recovery);
  const outbox = openOutbox({ file: `${env.home}/outbox.sqlite`, clock, makeId: randomUUID, keys: intake.keys });
  const progress = openProgress(`${env.home}/flow.sqlite`);
  const priorRecord = openPriorRecord(`${env.home}/priors.sqlite`);
  const lanRecord = openLanRecord(`${env.home}/lan.sqlite`, intake.keys);
  const lanUsers = openLanUsers(lanUsersFile(env.home), clock);
  const roles = openRoles(rolesFile(env.home), clock);
  const auditHead = await openAuditHead(`${env.home}/audit-head.json`);
  return {
    intake,
    outbox,
    progress,
    priorRecord,
    lanRecord,
    lanUsers,
    roles,
    auditHead,
    async close() {
      progress.close();
      priorRecord.close();
      lanRecord.close();
      lanUsers.close();
      roles.close();
      await outbox.close();
      // Last: the keys are the outbox's too.
      intake.close();
    },
  };
}

/** Which versions of models count. */
export const rolesFile = (home: string): string => `${home}/models.sqlite`;

function makeHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new AppError('edge-home', { class: 'permanent', message: `The folder ${home} cannot be made. Set READROOM_EDGE_HOME to a folder this user may write.`, cause });
  }
}
