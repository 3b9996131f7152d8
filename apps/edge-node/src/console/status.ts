import type { AssociationEntry, ErrorEntry } from './journal.ts';

/** Everything the console shows, gathered at one moment. Counts, codes, AE titles and addresses; no patient data. */
export interface ConsoleStatus {
  readonly now: number;
  readonly startedAt: number;
  readonly aeTitle: string;
  /** Null: only TLS is spoken. */
  readonly dicomPort: number | null;
  /** DICOM over TLS; null: off. `fault` is of files that came later and are not used. */
  readonly tls: { readonly port: number | null; readonly certificateFrom: number; readonly certificateTo: number; readonly fault: string | null } | null;
  /** The hospital's own page; null: off. */
  readonly lan: { readonly port: number | null; readonly users: number; readonly certificateFrom: number; readonly certificateTo: number; readonly fault: string | null } | null;
  /** AL7: critical results the gateway did not acknowledge in time, and nobody at the page. */
  readonly critical: { readonly open: number; readonly afterMs: number; /** Given up within a day. */ readonly deadMails: number };
  readonly link: { readonly state: string; readonly since: number; readonly why: string | null; readonly clockOffsetMs: number | null };
  readonly outbox: { readonly depth: number; readonly oldestAt: number | null; readonly parked: number };
  readonly intake: { readonly halted: string | null; readonly diskFreeBytes: number; readonly diskReserveBytes: number; readonly instances: number; readonly damaged: number; readonly damagedKeys: number };
  /** `oldestAt`: when the study that will be deleted next last had an image, which is then kept for `keepMs`. */
  readonly studies: { readonly receiving: number; readonly inFlight: number; readonly held: number; readonly oldestAt: number | null; readonly keepMs: number };
  readonly inference: {
    readonly fault: string | null;
    readonly models: readonly { readonly id: string; readonly version: string; readonly provider: string; readonly modalities: readonly string[]; /** `shadow`: its results touch nothing. */ readonly role: string }[];
    readonly refused: readonly { readonly id: string; readonly version: string; readonly reasons: readonly string[] }[];
  };
  readonly auditBroken: boolean;
  readonly associations: readonly AssociationEntry[];
  readonly errors: readonly ErrorEntry[];
}

export interface Problem {
  /** `stop`: images or results do not move. `warn`: they do, and something wants a look. */
  readonly level: 'stop' | 'warn';
  readonly what: string;
  readonly remedy: string;
}

const LINK_GRACE_MS = 15_000;
/** The disk is nearly full below this many times the reserve. */
export const DISK_WARN_FACTOR = 4;
/** Clocks within this agree. */
const CLOCK_WARN_MS = 2_000;
const OUTBOX_OLD_MS = 60_000;
const DAY_MS = 86_400_000;
/** Time for the slowest CA of a hospital. */
export const CERTIFICATE_WARN_DAYS = 21;

/** What is wrong now, worst first; empty when all is well. */
export function problemsOf(status: ConsoleStatus): Problem[] {
  const problems = [...intakeProblems(status), ...certificateProblems(status), ...criticalProblems(status), ...linkProblems(status), ...inferenceProblems(status)];
  if (status.auditBroken) {
    problems.push({ level: 'stop', what: 'The gateway’s audit chain no longer agrees with the head this node keeps.', remedy: 'The audit table was edited or restored: inform the administrator and keep this node’s audit-head.json.' });
  }
  return [...problems.filter((problem) => problem.level === 'stop'), ...problems.filter((problem) => problem.level === 'warn')];
}

function intakeProblems({ intake }: ConsoleStatus): Problem[] {
  const problems: Problem[] = [];
  if (intake.halted !== null) problems.push({ level: 'stop', what: intake.halted, remedy: 'Senders keep what was not acknowledged. Check the disk (dmesg, SMART), then restart the node.' });
  if (intake.diskFreeBytes < intake.diskReserveBytes) {
    problems.push({ level: 'stop', what: 'The disk is full: images are refused with 0xA700 and stay with their senders.', remedy: 'Free space on the disk of READROOM_EDGE_HOME; sending goes on by itself.' });
  } else if (intake.diskFreeBytes < intake.diskReserveBytes * DISK_WARN_FACTOR) {
    problems.push({ level: 'warn', what: 'The disk is nearly full.', remedy: 'Free space on the disk of READROOM_EDGE_HOME before images are refused.' });
  }
  if (intake.damaged > 0) {
    problems.push({ level: 'warn', what: `${intake.damaged} stored image(s) no longer match their checksum and are not shown.`, remedy: 'The disk is failing: replace it, and send the studies of those days again.' });
  }
  if (intake.damagedKeys > 0) {
    problems.push({ level: 'warn', what: `The keys of ${intake.damagedKeys} stud(ies) were damaged by the disk: their images cannot be read.`, remedy: 'The disk is failing: replace it, and send the studies of those days again.' });
  }
  return problems;
}

type Certified = { readonly certificateFrom: number; readonly certificateTo: number; readonly fault: string | null };

function certificateProblems({ tls, lan, now }: ConsoleStatus): Problem[] {
  return [...problemsOfCertificate(tls, now, 'DICOM over TLS', 'senders refuse to connect'), ...problemsOfCertificate(lan, now, 'the hospital’s own page', 'browsers refuse to open it')];
}

function criticalProblems({ critical, lan }: ConsoleStatus): Problem[] {
  const problems: Problem[] = [];
  if (critical.open > 0) {
    const where = lan === null ? 'No page of the hospital’s own is set up (READROOM_LAN_CERT_FILE): call the reader on duty.' : 'It rings at the hospital’s own page: see that somebody is signed in there.';
    problems.push({ level: 'stop', what: `${critical.open} critical result(s) were not acknowledged by the gateway within ${Math.round(critical.afterMs / 1000)} s, and by nobody here.`, remedy: where });
  }
  if (critical.deadMails > 0) problems.push({ level: 'warn', what: `${critical.deadMails} mail(s) about critical results were given up within a day.`, remedy: 'Check the site’s mail server and READROOM_LAN_MAIL_TO; the last errors name the cause.' });
  if (lan !== null && lan.users === 0) problems.push({ level: 'warn', what: 'The hospital’s own page is on, and nobody has a sign-in.', remedy: 'Add the readers on duty: readroom-edge lan add-user ACCOUNT NAME.' });
  return problems;
}

function problemsOfCertificate(tls: Certified | null, now: number, use: string, consequence: string): Problem[] {
  if (tls === null) return [];
  const problems: Problem[] = [];
  const days = certificateDays(tls.certificateTo, now);
  const renew = 'Have it renewed and replace its files: they are taken up without a restart.';
  if (now >= tls.certificateTo) problems.push({ level: 'stop', what: `The certificate of ${use} has ended: ${consequence}.`, remedy: renew });
  else if (now < tls.certificateFrom) problems.push({ level: 'stop', what: `The certificate of ${use} is not valid yet: ${consequence}.`, remedy: 'Compare this machine’s clock with that of the CA.' });
  else if (days < CERTIFICATE_WARN_DAYS) problems.push({ level: 'warn', what: `The certificate of ${use} ends in ${days} day(s).`, remedy: renew });
  if (tls.fault !== null) problems.push({ level: 'warn', what: `The new files of ${use} are not used. ${tls.fault}`, remedy: 'The certificate from before is used until they are right, and until the node is restarted: it does not start with them.' });
  return problems;
}

/** Whole days that are left. */
export function certificateDays(validTo: number, now: number): number {
  return Math.floor((validTo - now) / DAY_MS);
}

function linkProblems({ link, outbox, now }: ConsoleStatus): Problem[] {
  const problems: Problem[] = [];
  const why = link.why ?? 'No reason is known yet.';
  if (link.state === 'refused') problems.push({ level: 'stop', what: `The gateway refuses this node. ${why}`, remedy: 'Results are kept here. Correct the node’s key or version.' });
  else if (link.state !== 'up' && now - link.since > LINK_GRACE_MS) problems.push({ level: 'stop', what: `No link to the gateway. ${why}`, remedy: 'Results are kept here and sent when it is back. Check the network and READROOM_GATEWAY_URL.' });
  if (link.state === 'up' && outbox.oldestAt !== null && now - outbox.oldestAt > OUTBOX_OLD_MS) {
    problems.push({ level: 'warn', what: `The oldest result waits for the gateway since ${Math.round((now - outbox.oldestAt) / 1000)} s.`, remedy: 'The gateway is slow or its database is down: look at its log.' });
  }
  if (link.clockOffsetMs !== null && Math.abs(link.clockOffsetMs) > CLOCK_WARN_MS) {
    const off = `${Math.round(Math.abs(link.clockOffsetMs) / 1000)} s ${link.clockOffsetMs > 0 ? 'behind' : 'ahead of'}`;
    problems.push({ level: 'warn', what: `This machine’s clock is ${off} the gateway’s.`, remedy: 'Times are corrected on their way. Set the clock by NTP (timedatectl set-ntp true, or chrony).' });
  }
  if (outbox.parked > 0) problems.push({ level: 'warn', what: `${outbox.parked} message(s) were refused by the gateway for good.`, remedy: 'Node and gateway are probably of different versions: update the older of the two.' });
  return problems;
}

function inferenceProblems({ inference }: ConsoleStatus): Problem[] {
  const problems: Problem[] = [];
  if (inference.fault !== null) problems.push({ level: 'stop', what: inference.fault, remedy: 'Images are stored and listed as not analysed. Check READROOM_MODELS_DIR and the log.' });
  for (const model of inference.refused) {
    problems.push({ level: 'warn', what: `Model ${model.id} ${model.version} is not used: ${model.reasons.join('; ')}.`, remedy: 'Mend its folder: it is looked at again by itself. If it counted, its studies are listed as not analysed meanwhile.' });
  }
  if (inference.fault === null && inference.models.length === 0) problems.push({ level: 'warn', what: 'No model is loaded: no study is analysed.', remedy: 'Check READROOM_MODELS_DIR.' });
  return problems;
}
