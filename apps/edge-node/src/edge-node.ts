import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { AppError } from '@readroom/shared/error';
import { createConsole } from './console/console.ts';
import { createJournal } from './console/journal.ts';
import type { Journal } from './console/journal.ts';
import type { ConsoleStatus } from './console/status.ts';
import { SCP_LIMITS, createScp } from './dicom/scp/scp.ts';
import type { EdgeEnv } from './env.ts';
import { commandHandlers } from './flow/commands.ts';
import { openProgress } from './flow/progress.ts';
import { createStudyFlow } from './flow/study-flow.ts';
import type { StudyFlow } from './flow/study-flow.ts';
import { DEFAULT_INFERENCE_OPTIONS, Inference } from './inference/service.ts';
import { openAuditHead } from './infra/audit-head.ts';
import { diskFreeBytes } from './infra/disk.ts';
import type { Logger } from './infra/log.ts';
import { createMetrics } from './infra/metrics.ts';
import { realTimer } from './infra/timers.ts';
import { openIntake } from './intake/intake.ts';
import { createLink } from './link/link.ts';
import { openOutbox } from './outbox/outbox.ts';
import { startAll, stopAll } from './services.ts';
import { watches } from './watches.ts';

const unsupported = (): Promise<void> => Promise.reject(new AppError('relay-unavailable', { class: 'permanent' }));
const NO_RELAY = { fetchImage: unsupported, cancelFetch: unsupported };

export interface EdgeNode {
  dicomPort(): number;
  consolePort(): number;
  stop(): Promise<void>;
}

export const SOFTWARE = 'readroom-edge/0.1.0';

/** Opens the node's stores, wires its parts and starts them. @throws AppError with a sentence for the person who started it */
export async function startEdgeNode(env: EdgeEnv, log: Logger): Promise<EdgeNode> {
  const nodeKey = readNodeKey(env.nodeKeyFile);
  makeHome(env.home);
  const clock = Date.now;
  const startedAt = clock();
  const metrics = createMetrics();
  const journal = createJournal(clock);
  const watch = watches({ log, metrics, journal });
  const ends: { flow: StudyFlow | null } = { flow: null };

  const intake = openIntake({
    home: env.home,
    reserveBytes: env.diskReserveBytes,
    clock,
    setTimer: realTimer,
    makeId: randomUUID,
    isComplete: (studyUid) => ends.flow?.isComplete(studyUid) ?? true,
    onChanged: (studyUid) => ends.flow?.changed(studyUid),
    onAssembled(studyUid, evidence) {
      watch.assembled(evidence);
      ends.flow?.assembled(studyUid);
    },
    onRepeated: watch.repeated,
    onHalted: watch.halted,
  });
  watch.recovered(intake.recovery);
  const outbox = openOutbox({ file: `${env.home}/outbox.sqlite`, clock, makeId: randomUUID });
  const progress = openProgress(`${env.home}/flow.sqlite`);
  const auditHead = await openAuditHead(`${env.home}/audit-head.json`);
  const inference = new Inference({ ...DEFAULT_INFERENCE_OPTIONS, modelsFolder: env.modelsDir, now: clock });
  const analysis = tolerant(inference, journal, log);

  const flow = createStudyFlow({
    store: intake.store,
    outbox,
    analyser: inference,
    progress,
    setTimer: realTimer,
    watch: { analysed: watch.analysed, delayed: watch.delayed },
    resume: (studyUid, sender) => intake.assembler.resume(studyUid, sender),
  });
  ends.flow = flow;

  const scp = createScp({
    host: env.dicomHost,
    port: env.dicomPort,
    aeTitle: env.aeTitle,
    maxAssociations: env.maxAssociations,
    limits: SCP_LIMITS,
    clock,
    setTimer: realTimer,
    receiver: intake.receiver,
    watch: watch.scp,
  });
  const link = createLink({
    gatewayUrl: env.gatewayUrl,
    nodeKey,
    outbox,
    handlers: commandHandlers({ flow, relay: NO_RELAY, auditHead }),
    clock,
    random: Math.random,
    log,
    describe: () => {
      const { models } = inference.state();
      return { software: SOFTWARE, providers: [...new Set(models.map((model) => model.provider))], models: models.map(({ id, version, sha256 }) => ({ id, version, sha256 })) };
    },
    status: () => Promise.resolve({ studiesInFlight: flow.inFlight(), diskFreeBytes: diskFreeBytes(env.home), provider: inference.state().models[0]?.provider ?? null }),
  });
  const consoleService = createConsole({ port: env.consolePort, status, metrics });

  function status(): ConsoleStatus {
    const { models, refused } = inference.state();
    return {
      now: clock(),
      startedAt,
      aeTitle: env.aeTitle,
      dicomPort: scp.port(),
      link: link.state(),
      outbox: { depth: outbox.depth(), oldestAt: outbox.oldest(), parked: outbox.parked().length },
      intake: {
        halted: intake.receiver.halted(),
        diskFreeBytes: diskFreeBytes(env.home),
        diskReserveBytes: env.diskReserveBytes,
        instances: intake.store.instanceCount(),
        damaged: intake.recovery.damaged,
      },
      studies: { receiving: intake.assembler.waiting(), inFlight: flow.inFlight() },
      inference: { fault: analysis.fault(), models, refused },
      auditBroken: auditHead.broken(),
      associations: journal.associations(),
      errors: journal.errors(),
    };
  }

  metrics.readGauges({
    openAssociations: () => scp.openAssociations(),
    storedInstances: () => intake.store.instanceCount(),
    studiesReceiving: () => intake.assembler.waiting(),
    studiesInFlight: () => flow.inFlight(),
    outboxDepth: () => outbox.depth(),
    diskFreeBytes: () => diskFreeBytes(env.home),
    linkUp: () => link.state().state === 'up',
  });

  // What takes images in starts last and, stopping in reverse, stops first.
  const services = [analysis, flow, link, consoleService, scp];
  const closeStores = async (): Promise<void> => {
    intake.close();
    progress.close();
    await outbox.close();
  };
  try {
    await startAll(services);
  } catch (error) {
    await closeStores();
    throw error;
  }
  log.info({ event: 'edge.ready', dicomPort: scp.port(), consolePort: consoleService.port(), aeTitle: env.aeTitle });
  return {
    dicomPort: () => scp.port(),
    consolePort: () => consoleService.port(),
    async stop() {
      await stopAll(services, (name, error) => log.error({ event: 'service.stop-failed', service: name, err: error }));
      await closeStores();
    },
  };
}

function readNodeKey(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new AppError('node-key', { class: 'permanent', message: `The node key cannot be read from ${file}. Ask the administrator for this node's key and set READROOM_NODE_KEY_FILE.`, cause });
  }
}

function makeHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new AppError('edge-home', { class: 'permanent', message: `The folder ${home} cannot be made. Set READROOM_EDGE_HOME to a folder this user may write.`, cause });
  }
}

/** Images are taken and listed even when nothing can be analysed: a fault of inference is shown, not fatal. */
function tolerant(inference: Inference, journal: Journal, log: Logger): { name: string; start(): Promise<void>; stop(): Promise<void>; fault(): string | null } {
  let fault: string | null = null;
  return {
    name: inference.name,
    fault: () => (inference.state().models.length > 0 ? null : fault),
    async start() {
      try {
        await inference.start();
      } catch (error) {
        fault = error instanceof AppError ? error.message : 'The inference process did not start.';
        journal.error('inference', fault, 'Check READROOM_MODELS_DIR; images are stored and listed as not analysed meanwhile.');
        log.error({ event: 'inference.start-failed', err: error });
      }
    },
    stop: () => inference.stop(),
  };
}
