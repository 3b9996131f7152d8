import type { Clock } from '@readroom/shared/clock';
import type { EdgeEnv } from '../env.ts';
import type { Retention } from '../flow/retention.ts';
import type { StudyFlow } from '../flow/study-flow.ts';
import type { Inference } from '../inference/service.ts';
import type { AuditHeadKeeper } from '../infra/audit-head.ts';
import { diskFreeBytes } from '../infra/disk.ts';
import type { EdgeMetrics } from '../infra/metrics.ts';
import type { Intake } from '../intake/intake.ts';
import type { CriticalWatch } from '../lan/critical-watch.ts';
import type { LanServer } from '../lan/lan-server.ts';
import type { LanRecord } from '../lan/record.ts';
import type { LanUsers } from '../lan/users.ts';
import type { Link } from '../link/link.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { CredentialKeeper } from '../dicom/tls/keeper.ts';
import type { Scp, ScpTls } from '../dicom/scp/scp.ts';
import type { Journal } from './journal.ts';
import type { ConsoleStatus } from './status.ts';

/** The parts of the node that the console asks. */
export interface ConsoleParts {
  readonly env: EdgeEnv;
  readonly clock: Clock;
  readonly intake: Intake;
  readonly flow: StudyFlow;
  readonly outbox: Outbox;
  readonly inference: Pick<Inference, 'state'>;
  readonly inferenceFault: () => string | null;
  readonly link: Pick<Link, 'state'>;
  readonly linkDownSince: () => number | null;
  readonly scp: Scp;
  readonly tls: ScpTls | null;
  readonly critical: Pick<CriticalWatch, 'open'>;
  readonly lan: { readonly server: LanServer; readonly credentials: CredentialKeeper } | null;
  readonly lanRecord: Pick<LanRecord, 'deadMails'>;
  readonly lanUsers: Pick<LanUsers, 'count'>;
  readonly retention: Retention;
  readonly auditHead: AuditHeadKeeper;
  readonly journal: Journal;
}

const DAY_MS = 86_400_000;

export function statusReader(parts: ConsoleParts): () => ConsoleStatus {
  const { env, clock, intake, flow, outbox, scp } = parts;
  const startedAt = clock();
  return () => {
    const link = parts.link.state();
    const { models, refused } = parts.inference.state();
    return {
      now: clock(),
      startedAt,
      aeTitle: env.aeTitle,
      dicomPort: scp.port(),
      tls: tlsStatus(parts),
      lan: lanStatus(parts),
      critical: { open: parts.critical.open().length, afterMs: env.lanAfterMs, deadMails: parts.lanRecord.deadMails(clock() - DAY_MS) },
      link: { state: link.state, why: link.why, since: parts.linkDownSince() ?? link.since, clockOffsetMs: link.state === 'up' ? link.clockOffsetMs : null },
      outbox: { depth: outbox.depth(), oldestAt: outbox.oldest(), parked: outbox.parked().length },
      intake: {
        halted: intake.receiver.halted(),
        diskFreeBytes: diskFreeBytes(env.home),
        diskReserveBytes: env.diskReserveBytes,
        instances: intake.store.instanceCount(),
        damaged: intake.recovery.damaged,
        damagedKeys: intake.keys.damaged,
      },
      studies: { receiving: intake.assembler.waiting(), inFlight: flow.inFlight(), held: parts.retention.held().studies, oldestAt: parts.retention.held().oldestAt, keepMs: env.keepMs },
      inference: { fault: parts.inferenceFault(), models, refused },
      auditBroken: parts.auditHead.broken(),
      associations: parts.journal.associations(),
      errors: parts.journal.errors(),
    };
  };
}

function tlsStatus({ scp, tls }: ConsoleParts): ConsoleStatus['tls'] {
  if (tls === null) return null;
  const { validFrom, validTo } = tls.credentials.current();
  return { port: scp.tlsPort(), certificateFrom: validFrom, certificateTo: validTo, fault: tls.credentials.fault() };
}

function lanStatus({ lan, lanUsers }: ConsoleParts): ConsoleStatus['lan'] {
  if (lan === null) return null;
  const { validFrom, validTo } = lan.credentials.current();
  return { port: lan.server.port(), users: lanUsers.count(), certificateFrom: validFrom, certificateTo: validTo, fault: lan.credentials.fault() };
}

export function readGauges(metrics: EdgeMetrics, { env, scp, tls, retention, intake, flow, outbox, link, critical }: ConsoleParts): void {
  metrics.readGauges({
    openAssociations: () => scp.openAssociations(),
    storedInstances: () => intake.store.instanceCount(),
    studiesHeld: () => retention.held().studies,
    studiesReceiving: () => intake.assembler.waiting(),
    studiesInFlight: () => flow.inFlight(),
    outboxDepth: () => outbox.depth(),
    diskFreeBytes: () => diskFreeBytes(env.home),
    certificateEndsAt: () => (tls === null ? 0 : tls.credentials.current().validTo / 1000),
    lanOpenAlerts: () => critical.open().length,
    linkUp: () => link.state().state === 'up',
  });
}
