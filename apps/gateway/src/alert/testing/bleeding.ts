import { randomUUID } from 'node:crypto';
import type { Finding } from '@readroom/shared/finding/finding';
import type { EdgeUp } from '@readroom/shared/wire/edge-up';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { alertEventSchema } from '@readroom/shared/alert/alert';
import type { AlertEventMessage } from '@readroom/shared/alert/alert';
import { RT_PATH } from '@readroom/shared/worklist/events';
import { emitAlerts } from '../emit.ts';
import { ingest } from '../../study/ingest.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';

/** One head CT as its edge node tells of it, revision by revision, through the real ingest. */
export interface Head {
  readonly studyUid: string;
  /** Tells one result; `findings` of another `evidence` make a later revision. */
  tell(gateway: TestGateway, findings: readonly Finding[], change?: { readonly role?: 'active' | 'shadow' }): Promise<readonly AlertEventMessage[]>;
}

export function bleed(change: Partial<Finding> = {}): Finding {
  return {
    id: 'f-ich', code: 'intracranial-haemorrhage', label: 'Intracranial haemorrhage', side: null, severity: 'critical', confidence: 0.97, uncertainty: null, alert: true,
    sopInstanceUid: '1.2.3.4.1', sliceIndex: 0, marks: [], ...change,
  };
}

let made = 0;

export function head(): Head {
  made += 1;
  const studyUid = `1.2.826.0.1.3680043.9.${made}`;
  const nodeEpoch = randomUUID();
  let seq = 0;
  return {
    studyUid,
    async tell(gateway, findings, change = {}) {
      seq += 1;
      const message = analysed(studyUid, nodeEpoch, seq, gateway.deps.clock(), findings, change.role ?? 'active');
      const speaker = { nodeId: gateway.nodeId, organisation: gateway.organisation, clockOffsetMs: 0 };
      const { ack, alerts } = await ingest(gateway.deps, speaker, message);
      if (ack.outcome !== 'applied') throw new Error(`ingest answered ${ack.outcome}`);
      await emitAlerts(gateway.deps, gateway.organisation, alerts);
      return alerts;
    },
  };
}

function analysed(studyUid: string, nodeEpoch: string, seq: number, now: number, findings: readonly Finding[], role: 'active' | 'shadow'): EdgeUp {
  return {
    v: 1, id: randomUUID(), nodeEpoch, seq, queuedAt: now, traceparent: null,
    body: {
      type: 'study-analysed',
      study: {
        studyUid, patient: { id: 'P-77', issuer: '', name: { alphabetic: 'Quist^Ada' }, birthDate: '1950-02-03', sex: 'F' }, accessionNumber: 'ACC-1', description: 'Head CT',
        modality: 'CT', bodyPart: 'HEAD', studyDateTime: null, referringPhysician: '', institution: 'North', studyClass: 'emergency', synthetic: true, callingAeTitle: 'CT1',
        receivedAt: now, lastInstanceAt: now, state: 'complete',
        series: [
          {
            seriesUid: `${studyUid}.1`, seriesNumber: 1, modality: 'CT', description: 'Axial', bodyPart: 'HEAD',
            instances: [{ sopInstanceUid: `${studyUid}.1.1`, sopClassUid: '1.2.840.10008.5.1.4.1.1.2', transferSyntaxUid: '1.2.840.10008.1.2.1', instanceNumber: 1, frames: 1, rows: 512, columns: 512 }],
          },
        ],
      },
      analysis: {
        studyUid, seriesUid: `${studyUid}.1`, evidence: String(seq).padStart(64, '0'), instanceCount: seq, model: { id: 'head_ct', version: '1.0.0', sha256: 'a'.repeat(64) },
        role, status: 'final', reason: null, provider: 'cpu', findings: [...findings], scores: [], quality: null, timings: null, completedAt: now,
      },
    },
  };
}

/** A browser: what it was told of alerts, in order, and a way to wait for what it should be told. */
export interface Browser {
  readonly socket: Socket;
  readonly heard: AlertEventMessage[];
  /** Resolves with the first message (heard already or to come) that fits; the test's time-out bounds the wait. */
  until(fits: (message: AlertEventMessage) => boolean): Promise<AlertEventMessage>;
  close(): void;
}

export function openBrowser(url: string, cookie: string): Promise<Browser> {
  const socket = io(url, { path: RT_PATH, transports: ['websocket'], extraHeaders: { cookie }, forceNew: true });
  const heard: AlertEventMessage[] = [];
  const waiting = new Set<() => void>();
  socket.on('rt:alert', (payload: unknown) => {
    heard.push(alertEventSchema.parse(payload));
    for (const look of [...waiting]) look();
  });
  const until = (fits: (message: AlertEventMessage) => boolean): Promise<AlertEventMessage> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = heard.find(fits);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const browser: Browser = { socket, heard, until, close: () => void socket.disconnect() };
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(browser));
    socket.once('connect_error', reject);
  });
}
