import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@readroom/shared/clock';
import { ALLOW_EVERYBODY } from '../dicom/admission/allow-list.ts';
import type { AllowPolicy } from '../dicom/admission/allow-list.ts';
import type { StoreOutcome } from '../dicom/dimse/status.ts';
import { SCP_LIMITS, createScp } from '../dicom/scp/scp.ts';
import type { Scp, ScpTls } from '../dicom/scp/scp.ts';
import type { UpperLayerLimits } from '../dicom/association/upper-layer.ts';
import { realTimer } from '../infra/timers.ts';
import type { Evidence } from '../intake/assembler.ts';
import { openIntake } from '../intake/intake.ts';
import type { Intake } from '../intake/intake.ts';

export interface TestEdge {
  readonly home: string;
  readonly port: number;
  /** 0 without TLS. */
  readonly tlsPort: number;
  readonly intake: Intake;
  readonly scp: Scp;
  readonly assembled: { readonly studyUid: string; readonly evidence: Evidence }[];
  readonly outcomes: StoreOutcome[];
  readonly refusals: string[];
  /** How associations ended, null for in order. */
  readonly ends: (string | null)[];
  readonly repeats: boolean[];
  readonly halts: string[];
  /** Code, reason and remedy of TLS handshakes that failed. */
  readonly handshakes: string[];
  dropped(): number;
  /** Stops the services; the folder stays. */
  stop(): Promise<void>;
  /** Stops and removes the folder. */
  remove(): Promise<void>;
}

export interface TestEdgeOptions {
  readonly home?: string;
  readonly limits?: Partial<UpperLayerLimits>;
  readonly host?: string;
  readonly allow?: AllowPolicy;
  readonly maxAssociations?: number;
  readonly reserveBytes?: number;
  readonly tls?: ScpTls;
  readonly plain?: boolean;
  readonly clock?: Clock;
}

export function makeHome(): string {
  return mkdtempSync(join(tmpdir(), 'readroom-edge-'));
}

/** The SCP and the intake of an edge node, real, in this process, on a port of the system's choice. */
export async function startTestEdge(options: TestEdgeOptions = {}): Promise<TestEdge> {
  const home = options.home ?? makeHome();
  const seen = { assembled: [] as TestEdge['assembled'], outcomes: [] as StoreOutcome[], refusals: [] as string[], ends: [] as (string | null)[], repeats: [] as boolean[], halts: [] as string[], handshakes: [] as string[] };
  let dropped = 0;
  const intake = openIntake({
    home,
    reserveBytes: options.reserveBytes ?? 1024 * 1024,
    clock: options.clock ?? Date.now,
    setTimer: realTimer,
    makeId: randomUUID,
    isComplete: () => true,
    onChanged: () => undefined,
    onAssembled: (studyUid, evidence) => seen.assembled.push({ studyUid, evidence }),
    onRepeated: (same) => seen.repeats.push(same),
    onHalted: (error) => seen.halts.push(error.code),
  });
  const scp = createScp({
    host: options.host ?? '127.0.0.1',
    port: options.plain === false ? null : 0,
    tls: options.tls ?? null,
    aeTitle: 'READROOM',
    allow: options.allow ?? ALLOW_EVERYBODY,
    maxAssociations: options.maxAssociations ?? 16,
    limits: { ...SCP_LIMITS, ...options.limits },
    clock: Date.now,
    setTimer: realTimer,
    receiver: intake.receiver,
    watch: {
      accepted: () => undefined,
      refused: (_association, { why, remedy }) => seen.refusals.push(`${why}. ${remedy}`),
      objectAnswered: (_association, outcome) => seen.outcomes.push(outcome),
      ended: (_association, fault) => seen.ends.push(fault),
      handshakeFailed: (_association, { code, why, remedy }) => seen.handshakes.push(`${code}: ${why}. ${remedy}`),
      dropped: () => {
        dropped += 1;
      },
    },
  });
  await scp.start();
  const stop = async (): Promise<void> => {
    await scp.stop();
    await intake.close();
  };
  return {
    home,
    port: scp.port() ?? 0,
    tlsPort: scp.tlsPort() ?? 0,
    dropped: () => dropped,
    intake,
    scp,
    ...seen,
    stop,
    async remove() {
      await stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
