import type { Clock } from '@readroom/shared/clock';
import { MINUTE_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { Service } from '@readroom/shared/service';
import type { AnalyseAnswer, FetchPrior } from '@readroom/shared/wire/edge-down';
import type { EdgeUpBody } from '@readroom/shared/wire/edge-up';
import type { SubOperations } from '../dicom/dimse/command.ts';
import type { MoveWatch } from '../dicom/scu/move.ts';
import type { Peer } from '../env.ts';
import type { SetTimer } from '../infra/timers.ts';
import { astray, problemWords, silent } from './fetch-problem.ts';
import { createProvenance } from './provenance.ts';
import type { Provenance } from './provenance.ts';
import type { RetrieveRecord } from './retrieve-record.ts';
import { watchSilence } from './silence.ts';
import type { Silence } from './silence.ts';
import { createWantedPriors } from './wanted.ts';
import type { WantedPrior } from './wanted.ts';

export interface RetrievesOptions {
  /** Those that may be asked C-MOVE. */
  readonly peers: readonly Peer[];
  readonly record: RetrieveRecord;
  /** How many images of a study are held. */
  readonly imagesOf: (studyUid: string) => number;
  readonly outbox: { put(body: EdgeUpBody): Promise<void> };
  readonly clock: Clock;
  readonly setTimer: SetTimer;
  /** Whether the disk has room for what nobody is waiting to report. */
  readonly hasRoom: () => boolean;
  /** Has one PACS send a study here. @throws AppError */
  readonly move: (peer: Peer, studyUid: string, watch: MoveWatch) => Promise<SubOperations>;
  readonly onAsked: (peer: Peer, error: AppError | null) => void;
}

export interface Retrieves extends Service, Provenance {
  /** A reader asks: goes before what is fetched in advance. */
  fetchPrior(command: Asked): AnalyseAnswer['outcome'];
  /** Nobody waits for it yet. */
  fetchInAdvance(command: Asked): void;
}

type Asked = Pick<FetchPrior, 'studyUid' | 'source'>;

const MOST_AT_ONCE = 2;
/** Neither a word from the PACS nor an image: one that reads from tape may take minutes to the first. */
const SILENCE_MS = 5 * MINUTE_MS;

/**
 * Fetches priors from the PACS. Each is written down before the PACS is asked, so that its images are known for what they are (PS3):
 *
 *   fetchPrior -> waiting -> asked (C-MOVE), its images come by the SCP -> prior-fetched
 *                    |   cut short by a restart -------------------------------^  with a problem
 *                    +-- it came by itself meanwhile --------------------------^
 */
export function createRetrieves(options: RetrievesOptions): Retrieves {
  const { record, clock } = options;
  const stopping = new AbortController();
  const wanted = createWantedPriors();
  const running = new Map<string, { readonly silence: Silence; readonly done: Promise<void> }>();
  const provenance = createProvenance(record, clock);

  async function fetchOne(one: WantedPrior, giveUp: AbortController): Promise<void> {
    const { studyUid, peer } = one;
    if (cameByItself(options, studyUid)) return tellEnd(options, studyUid, null);
    record.begin(studyUid);
    const problem = await problemOf(options, one, { signal: AbortSignal.any([giveUp.signal, stopping.signal]), onPending: () => running.get(studyUid)?.silence.heard() });
    // The next start tells of it.
    if (stopping.signal.aborted) return;
    options.onAsked(peer, problem);
    await tellEnd(options, studyUid, problem && problemWords(peer.aeTitle, problem));
  }

  function begin(one: WantedPrior): void {
    const { studyUid } = one;
    const giveUp = new AbortController();
    const silence = watchSilence({ clock, setTimer: options.setTimer, limitMs: SILENCE_MS, onSilence: () => giveUp.abort(silent(options.imagesOf(studyUid), SILENCE_MS)) });
    // The outbox says itself what is wrong with it; the gateway gives up on what it hears nothing of.
    const done = Promise.resolve().then(() => fetchOne(one, giveUp)).catch(() => undefined).finally(() => {
      silence.end();
      running.delete(studyUid);
      wanted.delete(studyUid);
      pump();
    });
    running.set(studyUid, { silence, done });
  }

  function pump(): void {
    while (running.size < MOST_AT_ONCE && !stopping.signal.aborted) {
      const next = wanted.next((studyUid) => running.has(studyUid));
      if (next === null) return;
      begin(next);
    }
  }

  function ask({ studyUid, source }: Asked, isAwaited: boolean): AnalyseAnswer['outcome'] {
    const peer = options.peers.find(({ aeTitle }) => aeTitle === source);
    if (!peer) return 'unknown-source';
    if (!wanted.has(studyUid) && cameByItself(options, studyUid)) return 'at-node';
    if (!wanted.has(studyUid) && !options.hasRoom()) return 'disk-low';
    if (!wanted.put({ studyUid, peer, isAwaited })) return 'busy';
    record.want(studyUid);
    pump();
    return 'queued';
  }

  return {
    name: 'prior-retrieves',
    start: () => tellCutShort(options),
    async stop() {
      stopping.abort(new AppError('stopping', { class: 'transient', message: 'The edge node stops.' }));
      await Promise.all([...running.values()].map(({ done }) => done));
    },
    fetchPrior: (asked) => ask(asked, true),
    fetchInAdvance: (asked) => void ask(asked, false),
    isPrior: (studyUid) => provenance.isPrior(studyUid),
    cameIn(studyUid) {
      running.get(studyUid)?.silence.heard();
      return provenance.cameIn(studyUid);
    },
  };
}

/** It is on the list already, and must not be taken off it. */
function cameByItself({ imagesOf, record }: RetrievesOptions, studyUid: string): boolean {
  return imagesOf(studyUid) > 0 && record.find(studyUid)?.arrived !== false;
}

/** Null when every image came. */
function problemOf({ move, imagesOf }: RetrievesOptions, { studyUid, peer }: WantedPrior, watch: MoveWatch): Promise<AppError | null> {
  return move(peer, studyUid, watch).then(
    (counts) => astray(counts, imagesOf(studyUid)),
    (cause: unknown) => (cause instanceof AppError ? cause : new AppError('move-failed', { class: 'permanent', message: 'An internal error.', cause })),
  );
}

async function tellEnd({ record, outbox, clock }: RetrievesOptions, studyUid: string, problem: string | null): Promise<void> {
  record.end(studyUid, clock());
  await outbox.put({ type: 'prior-fetched', study: { studyUid }, problem });
}

/** What an earlier life did not end is not going on: the reader is told, and may ask again. Told before it is ended: cut short again, it is told again. */
async function tellCutShort({ record, outbox, clock }: RetrievesOptions): Promise<void> {
  for (const studyUid of record.open()) {
    await outbox.put({ type: 'prior-fetched', study: { studyUid }, problem: 'The edge node was restarted before the study was fetched. Fetch it again.' });
    record.end(studyUid, clock());
  }
}
