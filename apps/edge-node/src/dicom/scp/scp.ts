import type { Socket } from 'node:net';
import type { Clock } from '@readroom/shared/clock';
import type { Service } from '@readroom/shared/service';
import type { SetTimer } from '../../infra/timers.ts';
import { compileAllowList } from '../admission/allow-list.ts';
import type { AllowList, AllowPolicy } from '../admission/allow-list.ts';
import { plainAddress } from '../admission/network.ts';
import { UpperLayer } from '../association/upper-layer.ts';
import type { UpperLayerLimits } from '../association/upper-layer.ts';
import type { StoreOutcome } from '../dimse/status.ts';
import type { HandshakeFault } from '../tls/handshake-fault.ts';
import type { CredentialKeeper } from '../tls/keeper.ts';
import { secure } from '../tls/gate.ts';
import { createListener } from './listener.ts';
import type { Listener } from './listener.ts';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION } from '../pdu/pdu.ts';
import type { AssociateRequest } from '../pdu/pdu.ts';
import { negotiateContexts, refusalOf } from './negotiate.ts';
import type { Refusal } from './negotiate.ts';
import type { AssociationInfo, AssociationReceiver, Receiver } from './receiver.ts';
import { ScpSession } from './session.ts';

export interface ScpOptions {
  readonly host: string;
  /** Without TLS. 0 lets the system choose, `port()` says which; null listens nowhere. */
  readonly port: number | null;
  /** The same service over TLS; null: none. */
  readonly tls: ScpTls | null;
  readonly aeTitle: string;
  readonly allow: AllowPolicy;
  readonly maxAssociations: number;
  readonly limits: UpperLayerLimits;
  readonly clock: Clock;
  readonly setTimer: SetTimer;
  readonly receiver: Receiver;
  readonly watch: ScpWatch;
}

export interface ScpTls {
  readonly port: number;
  readonly credentials: CredentialKeeper;
  readonly requireCertificate: boolean;
}

/** What the log, the console and the metrics hear of. AE titles and addresses, never an object's attributes. */
export interface ScpWatch {
  accepted(association: AssociationInfo): void;
  refused(association: AssociationInfo, refusal: Refusal): void;
  objectAnswered(association: AssociationInfo, outcome: StoreOutcome): void;
  ended(association: AssociationInfo, fault: string | null): void;
  /** A connection that never became an association: its TLS handshake came to nothing. */
  handshakeFailed(association: AssociationInfo, fault: HandshakeFault): void;
  /** A connection closed unheard: there were too many. */
  dropped(): void;
}

export interface Scp extends Service {
  /** Null: not listening. */
  port(): number | null;
  tlsPort(): number | null;
  openAssociations(): number;
}

/** The defaults of a LAN: modalities keep an association open while they acquire, so silence may last minutes. */
export const SCP_LIMITS: UpperLayerLimits = { maxPduLength: 131_072, artimMs: 30_000, idleMs: 600_000, totalMs: 6 * 3_600_000 };

/** The storage service (PS3.4 Annex B) and verification (Annex A), on one port without and one with TLS. Admission and limits are one for both. */
export function createScp(options: ScpOptions): Scp {
  const open = new Set<Connection>();
  /** Connections whose TLS handshake is under way. */
  const greeting = new Set<Socket>();
  const allowed = compileAllowList(options.allow);
  let count = 0;

  /** One place above the limit stays, so that a sender too many is told by A-ASSOCIATE-RJ; past it only the socket speaks. */
  function isTooMany(socket: Socket): boolean {
    if (open.size + greeting.size <= options.maxAssociations * 2) return false;
    socket.destroy();
    options.watch.dropped();
    return true;
  }

  function begin(socket: Socket, association: AssociationInfo): void {
    const connection = serve(socket, association, { ...options, allowed }, () => open.size, () => open.delete(connection));
    open.add(connection);
  }

  function arrived(socket: Socket): AssociationInfo {
    count += 1;
    return { number: count, callingAeTitle: '', remoteAddress: plainAddress(socket.remoteAddress ?? '') };
  }

  function onPlain(socket: Socket): void {
    if (!isTooMany(socket)) begin(socket, arrived(socket));
  }

  function onTls(socket: Socket, { credentials, requireCertificate }: ScpTls): void {
    if (isTooMany(socket)) return;
    const association = arrived(socket);
    greeting.add(socket);
    socket.once('close', () => greeting.delete(socket));
    secure(socket, { credentials, requireCertificate, handshakeMs: options.limits.artimMs }, {
      onSecure(secured) {
        greeting.delete(socket);
        begin(secured, { ...association, secured: true });
      },
      onFailed: (fault) => options.watch.handshakeFailed(association, fault),
    });
  }

  const { plainListener, tlsListener } = listenersOf(options, onPlain, onTls);
  return {
    name: 'dicom-scp',
    port: () => plainListener?.port() ?? null,
    tlsPort: () => tlsListener?.port() ?? null,
    openAssociations: () => open.size,
    async start() {
      await plainListener?.start();
      await tlsListener?.start().catch(async (error: unknown) => {
        await plainListener?.stop();
        throw error;
      });
    },
    async stop() {
      const closed = Promise.all([plainListener?.stop(), tlsListener?.stop()]);
      greeting.forEach((socket) => socket.destroy());
      const ending = [...open];
      ending.forEach((connection) => connection.upperLayer.abort('the node is stopping'));
      ending.forEach((connection) => connection.socket.destroySoon());
      await closed;
      await Promise.all(ending.map((connection) => connection.done));
    },
  };
}

function listenersOf({ host, port, tls }: ScpOptions, onPlain: (socket: Socket) => void, onTls: (socket: Socket, tls: ScpTls) => void): Record<'plainListener' | 'tlsListener', Listener | null> {
  return {
    plainListener: port === null ? null : createListener({ host, port, setting: 'READROOM_DICOM_PORT' }, onPlain),
    tlsListener: tls === null ? null : createListener({ host, port: tls.port, setting: 'READROOM_DICOM_TLS_PORT' }, (socket) => onTls(socket, tls)),
  };
}

interface Connection {
  readonly socket: Socket;
  readonly upperLayer: UpperLayer;
  readonly done: Promise<void>;
}

function serve(socket: Socket, arrived: AssociationInfo, options: ScpOptions & { readonly allowed: AllowList }, openCount: () => number, onEnd: () => void): Connection {
  let association = arrived;
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
