import type { IncomingHttpHeaders } from 'node:http';
import { can } from '@readroom/shared/access/can';
import type { Member } from '@readroom/shared/access/can';
import { proofReportSchema } from '@readroom/shared/alert/alert';
import { SECOND_MS } from '@readroom/shared/clock';
import type { Clock } from '@readroom/shared/clock';
import type { Service } from '@readroom/shared/service';
import { auditOnceAnHour } from '../../audit/once-an-hour.ts';
import { signedIn } from '../../auth/session.ts';
import { publicError } from '../../http/errors.ts';
import type { Deps } from '../../infra/deps.ts';
import { ALERT_PARTS, latestStep, withStep } from '../alert-view.ts';
import { ALERT_EVENT, followAlerts, markEmitted } from '../emit.ts';
import { recordProof } from './proof.ts';

const PROOF_EVENT = 'rt:proof';
/** A browser that opens a list with many open alerts proves three steps for each of them at once. */
const BURST = 300;
const PROOFS_PER_SECOND = 10;
const OPEN_LIMIT = 500;

/** What is used of a socket.io socket. */
interface AlertSocket {
  readonly request: { readonly headers: IncomingHttpHeaders };
  emit(event: string, payload: object): unknown;
  on(event: string, listener: (payload: unknown, answer?: unknown) => void): unknown;
  disconnect(close: boolean): unknown;
}

/** AL4: whoever connects, or comes back, is told every open alert; AL2: and reports what its screen and loudspeaker did. */
export function alertSockets(deps: Deps): Service {
  const onConnection = (socket: AlertSocket): void => {
    greet(deps, socket).catch((error: unknown) => {
      // Without its alerts a browser would look calm: it is made to come back.
      deps.log.error({ event: 'alert.greeting-failed', err: error });
      socket.disconnect(true);
    });
  };
  return {
    name: 'alert-sockets',
    start: async () => void deps.rt.io.on('connection', onConnection),
    stop: async () => void deps.rt.io.off('connection', onConnection),
  };
}

async function greet(deps: Deps, socket: AlertSocket): Promise<void> {
  // Listens before anything is awaited: a proof may be the first thing a browser says.
  const members = membersOf(deps, socket.request.headers);
  const bucket = tokenBucket(deps.clock);
  socket.on(PROOF_EVENT, (payload, answer) => {
    const settled = bucket() ? takeProof(deps, members, payload) : Promise.resolve({ ok: false, code: 'too-many-requests' });
    void settled.then((outcome) => {
      if (typeof answer === 'function') (answer as (outcome: object) => void)(outcome);
    });
  });
  for (const member of await members) await tellOpenAlerts(deps, socket, member);
}

async function membersOf(deps: Deps, headers: IncomingHttpHeaders): Promise<Member[]> {
  const person = await signedIn(deps, headers);
  return (person?.memberships ?? []).map(({ member }) => member).filter((member) => can(member, 'alert.view', member.organisation));
}

/** Follows first and reads then: an alert that is raised in between is told twice rather than never. */
async function tellOpenAlerts(deps: Deps, socket: AlertSocket, member: Member): Promise<void> {
  const { organisation } = member;
  await followAlerts(deps, organisation);
  const hospital = await deps.hospital(organisation);
  const rows = await hospital.client.alert.findMany({ where: { state: 'open' }, orderBy: [{ raisedAt: 'asc' }, { id: 'asc' }], take: OPEN_LIMIT, include: ALERT_PARTS });
  await auditOnceAnHour(deps, hospital, member, 'alert.view');
  for (const row of rows) socket.emit(ALERT_EVENT, withStep(organisation, row));
  const told = rows.map((row) => ({ alertId: row.id, name: latestStep(row) }));
  await markEmitted(deps, hospital, told.flatMap(({ alertId, name }) => (name === null ? [] : [{ alertId, name }])));
}

/** What a browser gets to know of its report; it may ask for it with an acknowledgement callback. */
type ProofAnswer = { readonly ok: true; readonly outcome: string } | { readonly ok: false; readonly code: string };

async function takeProof(deps: Deps, members: Promise<readonly Member[]>, payload: unknown): Promise<ProofAnswer> {
  const report = proofReportSchema.safeParse(payload);
  if (!report.success) return { ok: false, code: 'bad-input' };
  try {
    for (const member of await members) {
      const outcome = await recordProof(deps, member, report.data);
      if (outcome !== 'not-found') return { ok: true, outcome };
    }
    return { ok: false, code: 'not-found' };
  } catch (error) {
    deps.log.warn({ event: 'alert.proof-failed', err: error });
    return { ok: false, code: publicError(error).code };
  }
}

function tokenBucket(clock: Clock): () => boolean {
  let tokens = BURST;
  let at = clock();
  return () => {
    const now = clock();
    tokens = Math.min(BURST, tokens + (Math.max(0, now - at) / SECOND_MS) * PROOFS_PER_SECOND);
    at = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
