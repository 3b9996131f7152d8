import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Clock } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import type { Service } from '@readroom/shared/service';
import type { SetTimer } from '../../infra/timers.ts';
import { compileAllowList } from '../admission/allow-list.ts';
import type { AllowList, AllowPolicy } from '../admission/allow-list.ts';
import { plainAddress } from '../admission/network.ts';
import { UpperLayer } from '../association/upper-layer.ts';
import type { UpperLayerLimits } from '../association/upper-layer.ts';
import type { StoreOutcome } from '../dimse/status.ts';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION } from '../pdu/pdu.ts';
import type { AssociateRequest } from '../pdu/pdu.ts';
import { negotiateContexts, refusalOf } from './negotiate.ts';
import type { Refusal } from './negotiate.ts';
import type { AssociationInfo, AssociationReceiver, Receiver } from './receiver.ts';
import { ScpSession } from './session.ts';

export interface ScpOptions {
  readonly host: string;
  /** 0 lets the system choose; `port()` says which. */
  readonly port: number;
  readonly aeTitle: string;
  readonly allow: AllowPolicy;
  readonly maxAssociations: number;
  readonly limits: UpperLayerLimits;
  readonly clock: Clock;
  readonly setTimer: SetTimer;
  readonly receiver: Receiver;
  readonly watch: ScpWatch;
}

/** What the log, the console and the metrics hear of. AE titles and addresses, never an object's attributes. */
export interface ScpWatch {
  accepted(association: AssociationInfo): void;
  refused(association: AssociationInfo, refusal: Refusal): void;
  objectAnswered(association: AssociationInfo, outcome: StoreOutcome): void;
  ended(association: AssociationInfo, fault: string | null): void;
}

export interface Scp extends Service {
  port(): number;
  openAssociations(): number;
}

/** The defaults of a LAN: modalities keep an association open while they acquire, so silence may last minutes. */
export const SCP_LIMITS: UpperLayerLimits = { maxPduLength: 131_072, artimMs: 30_000, idleMs: 600_000, totalMs: 6 * 3_600_000 };

/** The storage service (PS3.4 Annex B) and verification (Annex A) on one TCP port. */
export function createScp(options: ScpOptions): Scp {
  const open = new Set<Connection>();
  const allowed = compileAllowList(options.allow);
  let server: Server | null = null;
  let count = 0;

  function onConnection(socket: Socket): void {
    count += 1;
    // One place above the limit stays, so that a sender too many is told by A-ASSOCIATE-RJ; past it only the socket speaks.
    if (open.size > options.maxAssociations * 2) {
      socket.destroy();
      return;
    }
    const connection = serve(socket, count, { ...options, allowed }, () => open.size, () => open.delete(connection));
    open.add(connection);
  }

  return {
    name: 'dicom-scp',
    port: () => {
      const address = server?.address();
      return address && typeof address === 'object' ? address.port : 0;
    },
    openAssociations: () => open.size,
    async start() {
      server = createServer({ noDelay: true }, onConnection);
      await listen(server, options);
    },
    async stop() {
      const closing = server;
      server = null;
      if (!closing) return;
      const closed = new Promise<void>((resolve) => closing.close(() => resolve()));
      const ending = [...open];
      ending.forEach((connection) => connection.upperLayer.abort('the node is stopping'));
      ending.forEach((connection) => connection.socket.destroySoon());
      await closed;
      await Promise.all(ending.map((connection) => connection.done));
    },
  };
}

interface Connection {
  readonly socket: Socket;
  readonly upperLayer: UpperLayer;
  readonly done: Promise<void>;
}

function listen(server: Server, options: ScpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const message =
        cause.code === 'EADDRINUSE'
          ? `DICOM port ${options.port} is taken by another program. Stop it, or set READROOM_DICOM_PORT to a free port.`
          : `DICOM port ${options.port} on ${options.host} cannot be opened (${cause.code ?? 'unknown'}).`;
      reject(new AppError('dicom-port', { class: 'permanent', message, cause }));
    });
    server.listen(options.port, options.host, () => resolve());
  });
}

function serve(socket: Socket, number: number, options: ScpOptions & { readonly allowed: AllowList }, openCount: () => number, onEnd: () => void): Connection {
  let association: AssociationInfo = { number, callingAeTitle: '', remoteAddress: plainAddress(socket.remoteAddress ?? '') };
  let session: ScpSession | null = null;
  let receiver: AssociationReceiver | null = null;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });

  function onRequest(request: AssociateRequest): void {
    association = { ...association, callingAeTitle: request.callingAeTitle };
    const refusal = refusalOf(request, {
      aeTitle: options.aeTitle,
      remoteAddress: association.remoteAddress,
      allowed: options.allowed,
      openAssociations: openCount(),
      maxAssociations: options.maxAssociations,
      halted: options.receiver.halted(),
    });
    if (refusal) {
      options.watch.refused(association, refusal);
      return upperLayer.reject(refusal);
    }
    const { answer, accepted } = negotiateContexts(request);
    receiver = options.receiver.open(association);
    session = new ScpSession(upperLayer, accepted, receiver, { onStored: (outcome) => options.watch.objectAnswered(association, outcome) });
    options.watch.accepted(association);
    upperLayer.accept({
      calledAeTitle: request.calledAeTitle,
      callingAeTitle: request.callingAeTitle,
      contexts: answer,
      user: { maxPduLength: options.limits.maxPduLength, implementationClassUid: IMPLEMENTATION_CLASS_UID, implementationVersion: IMPLEMENTATION_VERSION },
    });
  }

  const upperLayer = new UpperLayer(socket, options.limits, options, {
    onRequest,
    onAccepted: () => undefined,
    onRejected: () => undefined,
    onSlice: (slice) => session?.onSlice(slice),
    onPeerReleases: () => {
      upperLayer.replyRelease();
      void receiver?.end();
    },
    onClosed: (fault) => {
      session?.end();
      onEnd();
      options.watch.ended(association, fault);
      void (receiver?.end() ?? Promise.resolve()).then(finish);
    },
  });
  upperLayer.listen();
  return { socket, upperLayer, done };
}
