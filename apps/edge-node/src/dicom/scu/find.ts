import { AppError } from '@readroom/shared/error';
import { COMMAND } from '../dimse/command.ts';
import { bufferSource } from '../header/byte-source.ts';
import { readHeader } from '../header/header.ts';
import type { Header } from '../header/header.ts';
import { StructureError } from '../header/structure.ts';
import { encodeIdentifier } from './identifier.ts';
import type { IdentifierKey } from './identifier.ts';
import { CONTEXT_ID, STUDY_ROOT, statusWords } from './query-retrieve.ts';
import type { QueryAssociation } from './query-retrieve.ts';

export interface FindResult {
  readonly matches: readonly Header[];
  /** There were more than asked for: the peer was told to stop. */
  readonly isCut: boolean;
}

export type QueryLevel = 'STUDY' | 'SERIES';
const QUERY_RETRIEVE_LEVEL = 0x00080052;
/** Responses that a peer sends on after C-CANCEL are counted too: one that never stops is left. */
const MOST_AFTER_CANCEL = 10_000;

/** One C-FIND (PS3.4 C.4.1), at most `limit` matches. A match that is no data set is left out. @throws AppError `find-failed`, `association-lost` */
export async function find(association: QueryAssociation, level: QueryLevel, keys: readonly IdentifierKey[], limit: number): Promise<FindResult> {
  const matches: Header[] = [];
  let count = 0;
  const identifier = encodeIdentifier([[QUERY_RETRIEVE_LEVEL, 'CS', level], ...keys], association.encoding);
  const { status } = await association.ask({ contextId: CONTEXT_ID, command: { field: COMMAND.cFindRequest, affectedSopClassUid: STUDY_ROOT.find }, identifier }, ({ dataSet }) => {
    count += 1;
    if (count > limit + MOST_AFTER_CANCEL) return association.abort();
    if (count > limit) return count === limit + 1 ? 'cancel' : undefined;
    const match = dataSet && readMatch(dataSet, association.encoding);
    if (match) matches.push(match);
  });
  if (status === 0 || count > limit) return { matches, isCut: count > limit };
  throw new AppError('find-failed', { class: status === 0xa700 ? 'transient' : 'permanent', message: `The PACS did not answer the query: ${statusWords(status)}. Look at its log.` });
}

function readMatch(dataSet: Buffer, encoding: QueryAssociation['encoding']): Header | null {
  try {
    return readHeader(bufferSource(dataSet), encoding);
  } catch (error) {
    if (error instanceof StructureError) return null;
    throw error;
  }
}
