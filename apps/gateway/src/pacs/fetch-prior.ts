import type { Member } from '@readroom/shared/access/can';
import { SECOND_MS } from '@readroom/shared/clock';
import { AppError } from '@readroom/shared/error';
import { helloSchema } from '@readroom/shared/wire/hello';
import { FETCH_PRIOR_SINCE_VERSION } from '@readroom/shared/wire/version';
import { audit, by } from '../audit/audit.ts';
import { requireCan } from '../auth/session.ts';
import { askNode } from '../edge/edge-hub.ts';
import type { Deps } from '../infra/deps.ts';

/** A person waits at the other end. */
const ANSWER_WITHIN_MS = 8 * SECOND_MS;

/**
 * Has the node that holds the study fetch one of its priors from the PACS that named it. Resolves when the fetch is under way; how
 * it ends is told by the priors (`readPriors`). Throws `not-found`, `edge-offline`, `edge-timeout`, `prior-not-fetched` with words.
 */
export async function fetchPrior(deps: Deps, member: Member, { studyId, priorUid }: { readonly studyId: string; readonly priorUid: string }): Promise<void> {
  requireCan(member, 'study.view', member.organisation);
  const { client } = await deps.hospital(member.organisation);
  const prior = await client.priorStudy.findUnique({ where: { studyId_priorUid: { studyId, priorUid } }, select: { source: true, study: { select: { nodeId: true } } } });
  if (!prior) throw new AppError('not-found', { class: 'permanent', message: 'There is no such prior here. Look at the list of priors again.' });
  const { nodeId } = prior.study;
  await refuseOldNode(deps, nodeId);
  // Before it is asked: a quick node's end must find the beginning.
  await client.priorStudy.updateMany({ where: { priorUid }, data: { fetchAskedAt: new Date(deps.clock()), fetchProblem: null } });
  await audit(client, { ...by(member), action: 'prior.fetch', subject: { studyId, studyUid: priorUid } });
  const problem = problemOf(await askNode(deps, nodeId, { type: 'fetch-prior', requestId: deps.makeId(), studyUid: priorUid, source: prior.source }, ANSWER_WITHIN_MS), prior.source);
  if (problem === null) return;
  await client.priorStudy.updateMany({ where: { priorUid }, data: { fetchAskedAt: null } });
  throw problem;
}

function problemOf(outcome: Awaited<ReturnType<typeof askNode>>, source: string): AppError | null {
  const not = (message: string): AppError => new AppError('prior-not-fetched', { class: 'permanent', message });
  switch (outcome) {
    case 'queued':
      return null;
    case 'at-node':
      return not('Its images are at the node already. Look at the list of priors again in a moment.');
    case 'unknown-source':
      return not(`The edge node may not have ${source} send studies. Hospital IT can allow it (READROOM_PEERS, /find+move).`);
    case 'disk-low':
      return not('The disk of the edge node is too full to fetch priors. Tell hospital IT.');
    case 'busy':
      return not('Many priors are being fetched already. Try again in a few minutes.');
    case 'offline':
      return new AppError('edge-offline', { class: 'transient', message: 'The edge node is not connected. Try again when it is.' });
    case null:
      return new AppError('edge-timeout', { class: 'transient', message: 'The edge node did not answer in time. Try again in a moment.' });
    case 'not-at-edge':
    case 'no-model':
      return not('The edge node answered in a way this gateway does not understand: update the older of the two.');
    default:
      return outcome satisfies never;
  }
}

/** A node of an earlier version would not answer at all. */
async function refuseOldNode(deps: Deps, nodeId: string): Promise<void> {
  const node = await deps.control.edgeNode.findUnique({ where: { id: nodeId }, select: { hello: true } });
  const hello = helloSchema.safeParse(node?.hello);
  if (!hello.success || hello.data.v >= FETCH_PRIOR_SINCE_VERSION) return;
  throw new AppError('prior-not-fetched', { class: 'permanent', message: 'This edge node is of a version that can’t fetch priors. Hospital IT can update it.' });
}
