import { SECTIONS } from '@readroom/shared/report/report';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import * as Y from 'yjs';
import { captureUpdate, isIncomplete } from '../../document.ts';

/** What one connection may cost. A report of 20 pages with its history is about 300 kB. */
export const LIMITS = {
  messageBytes: 512 * 1024,
  documentBytes: 8 * 1024 * 1024,
  structsPerUpdate: 20_000,
  clientsPerUpdate: 64,
  deletesPerUpdate: 50_000,
  awarenessBytes: 4 * 1024,
  /** Updates that wait for their commit, per document. */
  queuedUpdates: 2_000,
  queuedBytes: 8 * 1024 * 1024,
  messagesPerSecond: 100,
  messageBurst: 500,
  bytesPerSecond: 512 * 1024,
  byteBurst: 4 * 1024 * 1024,
  /** A client that reads nothing is cut off at this much. */
  bufferedBytes: 16 * 1024 * 1024,
} as const;

export interface Refusal {
  readonly code: (typeof CLOSE)[keyof typeof CLOSE];
  readonly reason: string;
}

/** A stretch of new content by one Yjs client. */
export interface Stretch {
  readonly client: number;
  readonly end: number;
}

export type Inspection = { readonly refusal: Refusal } | { readonly refusal: null; readonly stretches: readonly Stretch[] };

const refuse = (reason: string): { refusal: Refusal } => ({ refusal: { code: CLOSE.protocol, reason } });
const tooLarge = (reason: string): { refusal: Refusal } => ({ refusal: { code: CLOSE.tooLarge, reason } });

/**
 * Reads an update without applying it. A report is plain text in paragraphs, so a client's update may hold nothing but strings,
 * paragraphs and text nodes under the four sections: no attributes, maps, embeds, formats, subdocuments, skips or collected garbage.
 * Decoding first also disarms counts that lie about the length of what follows: it stops at the end of the bytes, where applying
 * would allocate first.
 */
export function inspectUpdate(update: Uint8Array): Inspection {
  if (update.length > LIMITS.messageBytes) return tooLarge('The update is larger than a report may take at once.');
  const decoded = decode(update);
  if (!decoded) return refuse('The update could not be read.');
  const { structs, ds } = decoded;
  if (structs.length > LIMITS.structsPerUpdate) return tooLarge('The update holds too many pieces.');
  const deletes = [...ds.clients.values()].reduce((sum, ranges) => sum + ranges.length, 0);
  if (deletes > LIMITS.deletesPerUpdate) return tooLarge('The update deletes too many pieces.');
  const ends = new Map<number, number>();
  for (const struct of structs) {
    const reason = structProblem(struct);
    if (reason) return refuse(reason);
    ends.set(struct.id.client, Math.max(ends.get(struct.id.client) ?? 0, struct.id.clock + struct.length));
  }
  if (ends.size > LIMITS.clientsPerUpdate) return tooLarge('The update speaks for too many clients.');
  return { refusal: null, stretches: [...ends].map(([client, end]) => ({ client, end })) };
}

function decode(update: Uint8Array): ReturnType<typeof Y.decodeUpdate> | null {
  try {
    return Y.decodeUpdate(update);
  } catch {
    return null;
  }
}

function structProblem(struct: Y.Item | Y.GC | Y.Skip): string | null {
  if (!(struct instanceof Y.Item)) return 'The update holds gaps or collected garbage.';
  if (!Number.isSafeInteger(struct.id.client) || !Number.isSafeInteger(struct.id.clock + struct.length)) return 'The update counts past what is possible.';
  if (struct.parentSub !== null) return 'The update writes attributes, which a report has none of.';
  // Before integration Yjs keeps the name of a root type as a string in `parent`.
  const parent: unknown = struct.parent;
  if (typeof parent === 'string' && !isSection(parent)) return 'The update writes outside the sections of the report.';
  return contentProblem(struct.content);
}

function contentProblem(content: Y.Item['content']): string | null {
  if (content instanceof Y.ContentString) return null;
  if (!(content instanceof Y.ContentType)) return 'The update holds something other than plain text.';
  const { type } = content;
  if (type instanceof Y.XmlText) return null;
  return type instanceof Y.XmlElement && type.nodeName === 'paragraph' ? null : 'The update holds something other than paragraphs.';
}

function isSection(name: string): boolean {
  return SECTIONS.some((section) => section === name);
}

/** The Yjs clients whose content is new to `doc`: what is already there was judged before. */
export function freshClients(doc: Y.Doc, stretches: readonly Stretch[]): number[] {
  return stretches.filter(({ client, end }) => Y.getState(doc.store, client) < end).map(({ client }) => client);
}

export type Applied = { readonly refusal: Refusal | 'incomplete' } | { readonly refusal: null; readonly effect: Uint8Array | null };

/**
 * Applies an inspected update to a document of trial and looks at what it touched: authors and proposals are the server's, and a
 * section holds paragraphs of text alone. `effect` is the change as this server encodes it, `null` when there was none.
 * After a refusal the document of trial is spoilt and must be made again.
 */
export function applyChecked(doc: Y.Doc, update: Uint8Array): Applied {
  let problem: string | null = null;
  const inspect = (transaction: Y.Transaction): void => {
    problem ??= changeProblem(doc, transaction);
  };
  doc.on('afterTransaction', inspect);
  try {
    const effect = captureUpdate(doc, () => Y.applyUpdate(doc, update));
    if (isIncomplete(doc)) return { refusal: 'incomplete' };
    return problem === null ? { refusal: null, effect } : refuse(problem);
  } catch {
    return refuse('The update could not be applied.');
  } finally {
    doc.off('afterTransaction', inspect);
  }
}

function changeProblem(doc: Y.Doc, transaction: Y.Transaction): string | null {
  const sections = new Set<unknown>(SECTIONS.map((section) => doc.getXmlFragment(section)));
  for (const [type, keys] of transaction.changed) {
    if ([...keys].some((key) => key !== null)) return 'The update writes attributes, authors or proposals, which are not the client\'s to write.';
    if (!isWellPlaced(type, sections)) return 'The update breaks the shape of the report: sections, paragraphs, plain text.';
  }
  return null;
}

function isWellPlaced(type: unknown, sections: ReadonlySet<unknown>): boolean {
  if (sections.has(type)) return type instanceof Y.XmlFragment && type.toArray().every(isParagraph);
  if (type instanceof Y.XmlText) return isPlainText(type) && type.parent instanceof Y.XmlElement && isWellPlaced(type.parent, sections);
  return type instanceof Y.XmlElement && isParagraph(type) && sections.has(type.parent);
}

function isParagraph(node: unknown): boolean {
  return node instanceof Y.XmlElement && node.nodeName === 'paragraph' && node.toArray().every(isPlainText);
}

/** Walks the items themselves: a delta would leave out what it can't express. */
function isPlainText(node: unknown): boolean {
  if (!(node instanceof Y.XmlText)) return false;
  for (let item = node._start; item !== null; item = item.right) {
    if (!item.deleted && !(item.content instanceof Y.ContentString)) return false;
  }
  return true;
}
