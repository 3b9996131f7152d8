import { hostname } from 'node:os';
import type { Clock } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { Service } from '@readroom/shared/service';
import { createConsole } from './console/console.ts';
import { readGauges, statusReader } from './console/gather.ts';
import type { ConsoleParts } from './console/gather.ts';
import { createJournal } from './console/journal.ts';
import type { Journal } from './console/journal.ts';
import { SCP_LIMITS, createScp } from './dicom/scp/scp.ts';
import type { ScpTls } from './dicom/scp/scp.ts';
import { keepCredentials } from './dicom/tls/keeper.ts';
import type { EdgeEnv } from './env.ts';
import { LAN_TLS_NAMES } from './env-lan.ts';
import { createCanary } from './flow/canary.ts';
import { commandHandlers } from './flow/commands.ts';
import { createRetention } from './flow/retention.ts';
import type { Retention } from './flow/retention.ts';
import { StudyFlow } from './flow/study-flow.ts';
import { createDecodePool } from './imaging/decode/pool.ts';
import { createRelay } from './imaging/relay.ts';
import type { Relay } from './imaging/relay.ts';
import { watchRoles } from './inference/registry/role-watch.ts';
import { readSigners } from './inference/registry/signature.ts';
import { DEFAULT_INFERENCE_OPTIONS, Inference } from './inference/service.ts';
import { fileIdentity } from './identity/identity.ts';
import type { NodeIdentity } from './identity/identity.ts';
import { diskFreeBytes } from './infra/disk.ts';
import type { Logger } from './infra/log.ts';
import { createMetrics } from './infra/metrics.ts';
import { realTimer } from './infra/timers.ts';
import { createCriticalWatch } from './lan/critical-watch.ts';
import type { CriticalWatch } from './lan/critical-watch.ts';
import { createPageAudit } from './lan/lan-audit.ts';
import { createLanMailer } from './lan/mailer.ts';
import type { LanMailer } from './lan/mailer.ts';
import { sendLanMail } from './lan/mail.ts';
import { createLanServer } from './lan/lan-server.ts';
import { lanState } from './lan/lan-state.ts';
import { createLanSessions } from './lan/sessions.ts';
import { createLink } from './link/link.ts';
import type { Link, LinkLog } from './link/link.ts';
import { moveStudy } from './dicom/scu/move.ts';
import { worthFetching } from './prior/in-advance.ts';
import { createRetrieves } from './prior/retrieves.ts';
import type { Retrieves } from './prior/retrieves.ts';
import { searchPriors } from './prior/search.ts';
import { createSearches } from './prior/searches.ts';
import type { Searches } from './prior/searches.ts';
import { startAll, stopAll } from './services.ts';
import { openStores } from './stores.ts';
import type { Stores } from './stores.ts';
import { watches } from './watches.ts';
import type { Watches } from './watches.ts';

/** Decoding for the relay: one thread leaves the others to intake and inference. */
const RELAY_DECODER = { threads: 1, maxQueued: 256, timeoutMs: 30_000 };

export interface EdgeNode {
  dicomPort(): number | null;
  consolePort(): number;
  /** Null while the hospital's own page is off. */
  lanPort(): number | null;
  stop(): Promise<void>;
}

const SOFTWARE = 'readroom-edge/0.1.0';

/** Opens the node's stores, wires its parts and starts them. @throws AppError with a sentence for the person who started it */
export async function startEdgeNode(env: EdgeEnv, log: Logger): Promise<EdgeNode> {
  const identity = fileIdentity(env.nodeKeyFile);
  // A node without a key is told so before anything is opened.
  identity.candidates();
  const clock = Date.now;
  const metrics = createMetrics();
  const journal = createJournal(clock);
  const watch = watches({ log, metrics, journal });
  const late: { flow: StudyFlow | null } = { flow: null };
  const tls = makeTls(env, watch);
  const signers = readSigners(env.modelSignersFile);
  const stores = await openStores(env, clock, watch, () => late.flow);
  const inference = new Inference({ ...DEFAULT_INFERENCE_OPTIONS, modelsFolder: env.modelsDir, signers, now: clock, roleOf: (model) => stores.roles.roleOf(model), onModels: watch.models });
  const analysis = tolerant(inference, journal, log);
  const retrieves = makeRetrieves(env, clock, stores, watch);
  const searches = makeSearches(env, clock, stores, watch, retrieves);
  const critical = makeCritical(env, clock, stores, watch);
  const flow = makeFlow(stores, inference, watch, { searches, retrieves, critical });
  late.flow = flow;
  const scp = makeScp(env, clock, stores, watch, tls);
  const down = linkDownWatch(clock, log);
  const mailer = makeMailer(env, clock, stores, watch);
  const lan = makeLan({ env, clock, stores, critical, watch, linkDownSince: down.since });
  const decoder = createDecodePool(RELAY_DECODER);
  const clockOffsetMs = (): number | null => link.state().clockOffsetMs;
  const relay = createRelay({ store: stores.intake.store, pool: decoder, gatewayUrl: env.gatewayUrl, identity, clock, clockOffsetMs, log });
  const canary = createCanary({ outbox: stores.outbox, clock, clockOffsetMs, log });
  const link: Link = makeLink({ env, identity, clock, stores, flow, relay, retrieves, canary, inference, log: down.log });
  const retention = makeRetention(env, clock, stores, watch);
  const parts: ConsoleParts = {
    env, clock, flow, scp, tls, critical, lan, lanUsers: stores.lanUsers, lanRecord: stores.lanRecord, retention, link, inference, journal, intake: stores.intake, outbox: stores.outbox, auditHead: stores.auditHead, inferenceFault: analysis.fault, linkDownSince: down.since,
  };
  const console = createConsole({ port: env.consolePort, status: statusReader(parts), metrics });
  readGauges(metrics, parts);

  // What takes images in starts last and, as they stop in reverse, stops first.
  const services: readonly Service[] = [analysis, watchRoles(stores.roles, realTimer, watch.roleChanged), searches, retrieves, flow, decoder, relay, retention, critical, ...(mailer === null ? [] : [mailer]), link, console, ...(lan === null ? [] : [lan.server]), scp];
  try {
    await startAll(services);
  } catch (error) {
    await stores.close();
    throw error;
  }
  log.info({ event: 'edge.ready', dicomPort: scp.port(), consolePort: console.port(), dicomTlsPort: scp.tlsPort(), lanPort: lan?.server.port() ?? null, aeTitle: env.aeTitle });
  return {
    dicomPort: () => scp.port(),
    consolePort: () => console.port(),
    lanPort: () => lan?.server.port() ?? null,
    async stop() {
      await stopAll(services, (name, error) => log.error({ event: 'service.stop-failed', service: name, err: error }));
      await stores.close();
    },
  };
}

function makeFlow({ intake, progress }: Stores, analyser: Inference, watch: Watches, { searches, retrieves, critical }: { readonly searches: Searches; readonly retrieves: Retrieves; readonly critical: CriticalWatch }): StudyFlow {
  return new StudyFlow({
    store: intake.store,
    outbox: critical,
    analyser,
    progress,
    setTimer: realTimer,
    watch: { analysed: watch.analysed, delayed: watch.delayed },
    retrieves,
    onPriorsWanted: (studyUid) => searches.wanted(studyUid),
    resume: (studyUid, sender) => intake.assembler.resume(studyUid, sender),
  });
}

function makeSearches(env: EdgeEnv, clock: Clock, { intake, outbox, priorRecord }: Stores, watch: Watches, retrieves: Retrieves): Searches {
  return createSearches({
    peers: env.peers.filter(({ asks }) => asks.includes('find')),
    record: priorRecord,
    study: (studyUid) => intake.store.study(studyUid),
    outbox,
    clock,
    setTimer: realTimer,
    search: ({ aeTitle: calledAeTitle, host, port }, study) => searchPriors({ host, port, calledAeTitle, callingAeTitle: env.aeTitle }, study, { clock, setTimer: realTimer }),
    onAsked: (peer, error) => watch.pacsAsked('find', peer.aeTitle, error),
    onUrgent: (study, priors) => worthFetching(study, priors).forEach((prior) => retrieves.fetchInAdvance(prior)),
  });
}

function makeRetention({ keepMs }: EdgeEnv, clock: Clock, { intake, outbox, progress, priorRecord, lanRecord }: Stores, watch: Watches): Retention {
  return createRetention({ intake, outbox, records: [progress, priorRecord, lanRecord], keepMs, clock, setTimer: realTimer, watch });
}

function makeCritical({ lanAfterMs: afterMs, lanMail }: EdgeEnv, clock: Clock, { lanRecord: record, outbox }: Stores, watch: Watches): CriticalWatch {
  return createCriticalWatch({ record, outbox, clock, setTimer: realTimer, afterMs, hasMail: lanMail !== null, watch: { raised: watch.criticalRaised, failed: watch.criticalFailed } });
}

/** Null: no mail is sent. */
function makeMailer({ lanMail, lan, aeTitle }: EdgeEnv, clock: Clock, { lanRecord: record }: Stores, watch: Watches): LanMailer | null {
  if (lanMail === null) return null;
  const page = (): string => (lan === null ? 'This node has no page of its own: look at the PACS.' : `https://${hostname()}:${lan.port}/`);
  return createLanMailer({ record, send: (mail) => sendLanMail(lanMail, mail), page, node: aeTitle, clock, setTimer: realTimer, watch: { sent: watch.lanMailSent, failed: watch.lanMailFailed } });
}

interface LanParts {
  readonly env: EdgeEnv;
  readonly clock: Clock;
  readonly stores: Stores;
  readonly critical: CriticalWatch;
  readonly watch: Watches;
  readonly linkDownSince: () => number | null;
}

/** Null: off. @throws AppError `lan-tls`: a page that cannot be served by HTTPS is not served. */
function makeLan({ env, clock, stores, critical, watch, linkDownSince }: LanParts) {
  if (env.lan === null) return null;
  const { host, port, files } = env.lan;
  const credentials = keepCredentials(files, watch.badCredentials, LAN_TLS_NAMES);
  const state = lanState({ record: stores.lanRecord, critical, clock, afterMs: env.lanAfterMs, gatewayUrl: env.gatewayUrl, linkDownSince });
  const audit = createPageAudit(stores.outbox, clock, watch.criticalFailed);
  const server = createLanServer({ host, port, credentials, sessions: createLanSessions(stores.lanUsers, clock), state, critical, audit, clock, setTimer: realTimer });
  return { server, credentials };
}

/** Below this many times the reserve nothing is fetched: what arrives to be read comes first. */
const ROOM_FOR_PRIORS = 4;

function makeRetrieves(env: EdgeEnv, clock: Clock, { intake, outbox, priorRecord }: Stores, watch: Watches): Retrieves {
  return createRetrieves({
    peers: env.peers.filter(({ asks }) => asks.includes('move')),
    record: priorRecord.retrieves,
    imagesOf: (studyUid) => intake.store.records(studyUid).length,
    outbox,
    clock,
    setTimer: realTimer,
    hasRoom: () => diskFreeBytes(env.home) > ROOM_FOR_PRIORS * env.diskReserveBytes,
    move: ({ aeTitle: calledAeTitle, host, port }, studyUid, moveWatch) => moveStudy({ host, port, calledAeTitle, callingAeTitle: env.aeTitle }, studyUid, { clock, setTimer: realTimer }, moveWatch),
    onAsked: (peer, error) => watch.pacsAsked('move', peer.aeTitle, error),
  });
}

/** @throws AppError `dicom-tls`: a node that was told to speak TLS and cannot does not start without it. */
function makeTls({ dicomTls }: EdgeEnv, watch: Watches): ScpTls | null {
  if (dicomTls === null) return null;
  const { port, files, requireCertificate } = dicomTls;
  return { port, requireCertificate, credentials: keepCredentials(files, watch.badCredentials) };
}

function makeScp(env: EdgeEnv, clock: Clock, { intake }: Stores, watch: Watches, tls: ScpTls | null): ReturnType<typeof createScp> {
  return createScp({
    host: env.dicomHost,
    port: env.dicomPort,
    tls,
    aeTitle: env.aeTitle,
    allow: env.allow,
    maxAssociations: env.maxAssociations,
    limits: SCP_LIMITS,
    clock,
    setTimer: realTimer,
    receiver: intake.receiver,
    watch: watch.scp,
  });
}

interface LinkParts {
  readonly env: EdgeEnv;
  readonly identity: NodeIdentity;
  readonly clock: Clock;
  readonly stores: Stores;
  readonly flow: StudyFlow;
  readonly relay: Relay;
  readonly retrieves: Retrieves;
  readonly canary: ReturnType<typeof createCanary>;
  readonly inference: Inference;
  readonly log: LinkLog;
}

function makeLink({ env, identity, clock, stores, flow, relay, retrieves, canary, inference, log }: LinkParts): Link {
  return createLink({
    gatewayUrl: env.gatewayUrl,
    identity,
    outbox: stores.outbox,
    handlers: commandHandlers({ flow, relay, retrieves, auditHead: stores.auditHead, canary }),
    clock,
    random: Math.random,
    log,
    describe: () => {
      const { models } = inference.state();
      return { software: SOFTWARE, providers: [...new Set(models.map((model) => model.provider))], models: models.map(({ id, version, sha256 }) => ({ id, version, sha256 })) };
    },
    status: () => Promise.resolve({ studiesInFlight: flow.inFlight(), diskFreeBytes: diskFreeBytes(env.home), provider: inference.state().models[0]?.provider ?? null, auditHead: stores.auditHead.head() }),
  });
}

/** While the link is down it changes between connecting and waiting: what a person wants to know is since when. */
function linkDownWatch(clock: Clock, log: Logger): { log: LinkLog; since(): number | null } {
  let since: number | null = clock();
  const note = (fields: object): void => {
    if (!('event' in fields)) return;
    if (fields.event === 'link.up') since = null;
    else if (fields.event === 'link.waiting' || fields.event === 'link.refused') since ??= clock();
  };
  return {
    since: () => since,
    log: {
      info(fields) {
        note(fields);
        log.info(fields);
      },
      warn: (fields) => log.warn(fields),
    },
  };
}

/** Images are taken and listed even when nothing can be analysed: a fault of inference is shown, not fatal. */
function tolerant(inference: Inference, journal: Journal, log: Logger): Service & { fault(): string | null } {
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
