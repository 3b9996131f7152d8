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
  fetchPrior(command: Pick<FetchPrior, 'studyUid' | 'source'>): AnalyseAnswer['outcome'];
}

const MOST_AT_ONCE = 2;
const MOST_WAITING = 50;
/** Neither a word from the PACS nor an image: one that reads from tape may take minutes to the first. */
const SILENCE_MS = 5 * MINUTE_MS;

/**
 * Fetches priors from the PACS. Each is written down before the PACS is asked, so that its images are known for what they are (PS3):
 *
 *   fetchPrior -> waiting -> asked (C-MOVE), its images come by the SCP -> prior-fetched
 *                                cut short by a restart ---------------------^  with a problem
 */
export function createRetrieves(options: RetrievesOptions): Retrieves {
  const { record, clock, outbox } = options;
  const stopping = new AbortController();
  /** Asked for and not ended; those that run are among them. */
  const wanted = new Map<string, Peer>();
  const running = new Map<string, { readonly silence: Silence; readonly done: Promise<void> }>();
  const provenance = createProvenance(record, clock);

  async function fetchOne(studyUid: string, peer: Peer, giveUp: AbortController): Promise<void> {
    const problem = await options.move(peer, studyUid, { signal: AbortSignal.any([giveUp.signal, stopping.signal]), onPending: () => running.get(studyUid)?.silence.heard() }).then(
      (counts) => astray(counts, options.imagesOf(studyUid)),
      (cause: unknown) => (cause instanceof AppError ? cause : new AppError('move-failed', { class: 'permanent', message: 'An internal error.', cause })),
    );
    // The next start tells of it.
    if (stopping.signal.aborted) return;
    record.end(studyUid, clock());
    options.onAsked(peer, problem);
    await outbox.put({ type: 'prior-fetched', study: { studyUid }, problem: problem && problemWords(peer.aeTitle, problem) });
  }

  function begin(studyUid: string, peer: Peer): void {
    const giveUp = new AbortController();
    const silence = watchSilence({ clock, setTimer: options.setTimer, limitMs: SILENCE_MS, onSilence: () => giveUp.abort(silent(options.imagesOf(studyUid), SILENCE_MS)) });
    // The outbox says itself what is wrong with it; the gateway gives up on what it hears nothing of.
    const done = fetchOne(studyUid, peer, giveUp).catch(() => undefined).finally(() => {
      silence.end();
      running.delete(studyUid);
      wanted.delete(studyUid);
      pump();
    });
    running.set(studyUid, { silence, done });
  }

  function pump(): void {
    for (const [studyUid, peer] of wanted) {
      if (running.size >= MOST_AT_ONCE || stopping.signal.aborted) return;
      if (!running.has(studyUid)) begin(studyUid, peer);
    }
  }

  return {
    name: 'prior-retrieves',
    start: () => tellCutShort(options),
    async stop() {
      stopping.abort(new AppError('stopping', { class: 'transient', message: 'The edge node stops.' }));
      await Promise.all([...running.values()].map(({ done }) => done));
    },
    fetchPrior({ studyUid, source }) {
      const peer = options.peers.find(({ aeTitle }) => aeTitle === source);
      if (!peer) return 'unknown-source';
      if (wanted.has(studyUid)) return 'queued';
      // One that came by itself is on the list already, and must not be taken off it.
      if (options.imagesOf(studyUid) > 0 && record.find(studyUid)?.arrived !== false) return 'at-node';
      if (!options.hasRoom()) return 'disk-low';
      if (wanted.size >= MOST_WAITING) return 'busy';
      record.begin(studyUid);
      wanted.set(studyUid, peer);
      pump();
      return 'queued';
    },
    isPrior: (studyUid) => provenance.isPrior(studyUid),
    cameIn(studyUid) {
      running.get(studyUid)?.silence.heard();
      return provenance.cameIn(studyUid);
    },
  };
}

/** What an earlier life did not end is not going on: the reader is told, and may ask again. */
async function tellCutShort({ record, outbox, clock }: RetrievesOptions): Promise<void> {
  for (const studyUid of record.open()) {
    await outbox.put({ type: 'prior-fetched', study: { studyUid }, problem: 'The edge node was restarted while the study was being fetched. Fetch it again.' });
    record.end(studyUid, clock());
  }
}
