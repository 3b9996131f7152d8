import { problemOf } from '../../lib/problem.ts';
import { restProblem, RestProblem } from '../../lib/rest.ts';

/** Why there is no image, in words: what happened, what is safe, what to do. */
export interface ImageProblem {
  readonly title: string;
  readonly text: string;
  /** Trying again may help. */
  readonly again: boolean;
}

const BY_CODE: { readonly [code: string]: ImageProblem } = {
  'edge-offline': { title: 'The site’s edge node is offline', text: 'The images are safe at the site; the report is kept. Images return when the node reconnects.', again: true },
  'edge-timeout': { title: 'The edge node does not answer', text: 'The images are safe at the site. Try again; if it stays, tell hospital IT.', again: true },
  'not-at-edge': { title: 'The edge node no longer holds these images', text: 'They were deleted there after delivery to the PACS. Read them in the PACS; the report can be written here.', again: false },
  'not-found': { title: 'This image is not at the site', text: 'It may have been deleted there. Other images of the study may still be shown.', again: false },
  'unsupported-transfer-syntax': { title: 'This image can’t be decoded', text: 'Its compression (12-bit or progressive JPEG) has no trustworthy decoder here. Read it in the PACS.', again: false },
};

const UNKNOWN: ImageProblem = { title: 'The image could not be shown', text: 'Nothing is lost. Try again; if it stays, read it in the PACS and tell hospital IT.', again: true };

export function imageProblemOf(error: unknown): ImageProblem {
  if (error instanceof RestProblem && error.code !== null) {
    return BY_CODE[error.code] ?? (error.message === '' ? UNKNOWN : { title: 'The image could not be fetched', text: error.message, again: true });
  }
  const problem = problemOf(error);
  if (problem.kind === 'offline') return { title: 'Readroom can’t be reached', text: problem.text, again: true };
  return UNKNOWN;
}

/** What the loader rejects with: the request itself, its body a JSON of ours in bytes. */
export function problemOfRequest(rejected: unknown): ImageProblem {
  if (!(rejected instanceof XMLHttpRequest)) return UNKNOWN;
  if (rejected.status === 0) return { title: 'Readroom can’t be reached', text: 'What you see is kept. Images return with the connection.', again: true };
  const response: unknown = rejected.response;
  return imageProblemOf(restProblem(rejected.status, response instanceof ArrayBuffer ? new TextDecoder().decode(response) : ''));
}
