import type { Hospital } from '@readroom/db';
import type { Member } from '@readroom/shared/access/can';
import { AppError } from '@readroom/shared/error';
import type { AnalysisView } from '@readroom/shared/finding/analysis-view';
import { helloSchema } from '@readroom/shared/wire/hello';
import { audit, by } from '../../audit/audit.ts';
import { requireCan } from '../../auth/session.ts';
import { askNode } from '../../edge/edge-hub.ts';
import type { Deps } from '../../infra/deps.ts';
import { ANY_MODEL, REQUEST_EVIDENCE } from '../../study/analysis-plan.ts';
import { inTransaction } from '../../study/retry.ts';
import { publishPatch } from '../../worklist/push.ts';
import { refreshWorklistItem } from '../../worklist/refresh.ts';
import { nextRevision } from '../../worklist/revision.ts';
import { ANALYSIS_PARTS, presentAnalysis } from '../present.ts';

export interface AnalysisRequest {
  readonly studyUid: string;
  /** Left out: every model that takes the study. */
  readonly modelId?: string | undefined;
}

/** A person waits at the other end. */
const ANSWER_WITHIN_MS = 8_000;

/**
 * Asks the edge to analyse (again) a study it holds. Answers the queued analysis, whose row the result will fill; what AI
 * said before stays in force until then (PR1). Throws `not-found`, `not-at-edge` (409), `no-model`, `edge-offline`, `edge-timeout`.
 */
export async function requestAnalysis(deps: Deps, member: Member, request: AnalysisRequest): Promise<AnalysisView> {
  requireCan(member, 'analysis.request', member.organisation);
  const hospital = await deps.hospital(member.organisation);
  const study = await hospital.client.study.findUnique({ where: { studyUid: request.studyUid }, select: { id: true, nodeId: true } });
  if (!study) throw new AppError('not-found', { class: 'permanent', message: 'There is no such study here.' });
  const analysisId = deps.makeId();
  const model = await modelOf(deps, study.nodeId, request.modelId);
  // The row first: a quick edge's result may be here before its answer, and must find the row it fills.
  await insertQueued(deps, hospital, member, { analysisId, studyId: study.id, model });
  try {
    await ask(deps, study.nodeId, request);
  } catch (error) {
    await withdraw(deps, hospital, member.organisation, { analysisId, studyId: study.id });
    throw error;
  }
  return presentAnalysis(await hospital.client.imageAnalysis.findUniqueOrThrow({ where: { id: analysisId }, include: ANALYSIS_PARTS }));
}

async function ask(deps: Deps, nodeId: string, { studyUid, modelId }: AnalysisRequest): Promise<void> {
  const outcome = await askNode(deps, nodeId, { type: 'analyse-study', requestId: deps.makeId(), studyUid, modelId: modelId ?? null }, ANSWER_WITHIN_MS);
  switch (outcome) {
    case 'queued':
      return;
    case 'not-at-edge':
      throw new AppError('not-at-edge', { class: 'permanent', message: 'The edge node no longer holds this study. Send it again from the PACS, then ask again.' });
    case 'no-model':
      throw new AppError('no-model', { class: 'permanent', message: 'No model at the edge takes this study.' });
    case 'offline':
      throw new AppError('edge-offline', { class: 'transient', message: 'The edge node that holds this study is not connected. Try again when it is.' });
    case null:
      throw new AppError('edge-timeout', { class: 'transient', message: 'The edge node did not answer in time. Try again in a moment.' });
    case 'at-node':
    case 'unknown-source':
    case 'disk-low':
    case 'busy':
      throw new AppError('edge-answer-invalid', { class: 'permanent', message: 'The edge node answered in a way this gateway does not understand: update the older of the two.' });
    default:
      outcome satisfies never;
  }
}

interface Model {
  readonly id: string;
  readonly version: string;
  readonly sha256: string;
}

/** Of the models the node announced; what it did not announce is refused before anybody waits. */
async function modelOf(deps: Deps, nodeId: string, modelId: string | undefined): Promise<Model> {
  if (modelId === undefined) return { id: ANY_MODEL, version: '', sha256: '' };
  const node = await deps.control.edgeNode.findUnique({ where: { id: nodeId }, select: { hello: true } });
  const hello = helloSchema.safeParse(node?.hello);
  const model = hello.success ? hello.data.models.find(({ id }) => id === modelId) : undefined;
  if (!model && hello.success) throw new AppError('no-model', { class: 'permanent', message: 'The edge node that holds this study has no model of this id.' });
  return model ?? { id: modelId, version: '', sha256: '' };
}

interface Queued {
  readonly analysisId: string;
  readonly studyId: string;
}

async function insertQueued(deps: Deps, hospital: Hospital, member: Member, { analysisId, studyId, model }: Queued & { readonly model: Model }): Promise<void> {
  const patch = await inTransaction(hospital, async (tx) => {
    const revision = await nextRevision(tx);
    await tx.imageAnalysis.create({
      data: {
        id: analysisId,
        studyId,
        modelId: model.id,
        modelVersion: model.version,
        modelSha256: model.sha256,
        evidence: `${REQUEST_EVIDENCE}${analysisId}`,
        instanceCount: 0,
        role: 'active',
        status: 'queued',
        requestedBy: member.userId,
        queuedAt: new Date(deps.clock()),
      },
    });
    await audit(tx, { ...by(member), action: 'analysis.request', subject: { analysisId, studyId, modelId: model.id } });
    return refreshWorklistItem(tx, studyId, 'analysis-requested', revision);
  });
  publishPatch(deps, member.organisation, patch);
}

/** The edge will not do it: the row goes, as if nobody had asked; the audit keeps that somebody did. */
async function withdraw(deps: Deps, hospital: Hospital, organisation: string, { analysisId, studyId }: Queued): Promise<void> {
  const patch = await inTransaction(hospital, async (tx) => {
    const revision = await nextRevision(tx);
    await tx.imageAnalysis.deleteMany({ where: { id: analysisId, status: 'queued' } });
    return refreshWorklistItem(tx, studyId, 'analysis-cancelled', revision);
  });
  publishPatch(deps, organisation, patch);
}
