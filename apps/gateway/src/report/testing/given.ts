import { randomUUID } from 'node:crypto';
import type { Member } from '@readroom/shared/access/can';
import { canonicalJson } from '@readroom/shared/canonical-json';
import { canonicalReport } from '@readroom/shared/report/canonical';
import { proposalsOf, sectionTexts } from '@readroom/shared/report/paragraphs';
import type { Instance } from '@readroom/shared/study/study';
import type { EdgeUp } from '@readroom/shared/wire/edge-up';
import { PROTOCOL_VERSION } from '@readroom/shared/wire/version';
import { createHash } from 'node:crypto';
import type * as Y from 'yjs';
import { ingest } from '../../study/ingest.ts';
import type { TestGateway } from '../../testing/test-gateway.ts';
import { ensureReport } from '../ensure-report.ts';
import { offerProposals } from '../proposals.ts';
import { reportSubject } from '../seal/sign.ts';

export interface GivenStudy {
  readonly studyId: string;
  readonly studyUid: string;
  readonly reportId: string;
}

let counter = 0;

export interface StudyOptions {
  readonly organisation?: string;
  /** Codes of the findings of one final, active analysis. */
  readonly findings?: readonly string[];
  readonly modality?: string;
  readonly bodyPart?: string;
  readonly patientName?: { readonly alphabetic: string; readonly ideographic?: string; readonly phonetic?: string };
}

/** A study that came in over the edge link, with a report: a head CT unless said otherwise. */
export async function givenStudy(gateway: TestGateway, options: StudyOptions = {}): Promise<GivenStudy> {
  counter += 1;
  const studyUid = `1.2.826.0.1.${process.pid}.${counter}`;
  const organisation = options.organisation ?? gateway.organisation;
  const { nodeId } = organisation === gateway.organisation ? gateway : await gateway.addNode(organisation);
  await ingest(gateway.deps, { nodeId, organisation, clockOffsetMs: 0 }, analysed(studyUid, counter, options));
  const hospital = await gateway.deps.hospital(organisation);
  const { id: studyId } = await hospital.client.study.findUniqueOrThrow({ where: { studyUid } });
  await offerProposals(gateway.deps, organisation, studyId);
  const { reportId } = await ensureReport(gateway.deps, organisation, studyId);
  return { studyId, studyUid, reportId };
}

/** A later look at more images: the same study analysed again with these findings. */
export async function reanalyse(gateway: TestGateway, studyUid: string, findings: readonly string[]): Promise<void> {
  counter += 1;
  await ingest(gateway.deps, { nodeId: gateway.nodeId, organisation: gateway.organisation, clockOffsetMs: 0 }, analysed(studyUid, counter, { findings }));
}

const EPOCH = randomUUID();
const SEVERITY: Readonly<Record<string, 'critical' | 'urgent'>> = { 'intracranial-haemorrhage': 'critical' };

function analysed(studyUid: string, seq: number, options: StudyOptions): EdgeUp {
  const now = Date.now();
  const sopInstanceUid = `${studyUid}.1.1`;
  const { modality = 'CT', bodyPart = 'HEAD', findings = [] } = options;
  return {
    v: PROTOCOL_VERSION,
    id: randomUUID(),
    nodeEpoch: EPOCH,
    seq,
    queuedAt: now,
    traceparent: null,
    body: {
      type: 'study-analysed',
      study: {
        studyUid,
        patient: { id: 'MRN-1', issuer: '', name: options.patientName ?? { alphabetic: 'DOE^JANE' }, birthDate: '1980-02-03', sex: 'F' },
        accessionNumber: `A${seq}`,
        description: 'CT head',
        modality,
        bodyPart,
        studyDateTime: '2026-01-02T03:04:05',
        referringPhysician: '',
        institution: 'Test',
        studyClass: null,
        synthetic: true,
        callingAeTitle: 'TEST',
        receivedAt: now,
        lastInstanceAt: now,
        state: 'complete',
        series: [{ seriesUid: `${studyUid}.1`, seriesNumber: 1, modality, description: '', bodyPart, instances: [instance(sopInstanceUid)] }],
      },
      analysis: {
        studyUid,
        seriesUid: `${studyUid}.1`,
        evidence: createHash('sha256').update(`${studyUid} ${seq}`).digest('hex'),
        instanceCount: 1,
        model: { id: 'head_ct', version: '1.0.0', sha256: 'a'.repeat(64) },
        role: 'active',
        status: 'final',
        reason: null,
        provider: 'cpu',
        findings: findings.map((code) => ({
          id: createHash('sha256').update(`${studyUid} ${seq} ${code}`).digest('hex').slice(0, 32),
          code,
          label: code,
          side: null,
          severity: SEVERITY[code] ?? 'urgent',
          confidence: 0.9,
          uncertainty: null,
          alert: false,
          sopInstanceUid,
          sliceIndex: 0,
          marks: [],
        })),
        scores: [],
        quality: null,
        timings: { queuedMs: 0, decodeMs: 0, preprocessMs: 0, inferenceMs: 0, totalMs: 0 },
        completedAt: now,
      },
    },
  };
}

function instance(sopInstanceUid: string): Instance {
  return { sopInstanceUid, sopClassUid: '1.2.840.10008.5.1.4.1.1.2', transferSyntaxUid: '1.2.840.10008.1.2.1', instanceNumber: 1, frames: 1, rows: 512, columns: 512 };
}

/** What a signer's browser hashes: the text it shows. */
export async function hashOf(gateway: TestGateway, member: Member, studyId: string, doc: Y.Doc): Promise<string> {
  const hospital = await gateway.deps.hospital(member.organisation);
  const subject = await hospital.client.$transaction((tx) => reportSubject(tx, studyId));
  const text = canonicalJson(canonicalReport(subject, sectionTexts(doc), proposalsOf(doc)));
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
