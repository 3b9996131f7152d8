import { AUTHORS_KEY, PROPOSALS_KEY, SECTIONS, authorSchema } from '@readroom/shared/report/report';
import type { Author, Proposal, Section } from '@readroom/shared/report/report';
import * as Y from 'yjs';

/**
 * A report document. `gc: false`: deleted text stays readable in old versions (RP4). The root types are named at once, so that a
 * hostile update can't make one of another kind under their names.
 */
export function newDocument(): Y.Doc {
  const doc = new Y.Doc({ gc: false });
  for (const section of SECTIONS) doc.getXmlFragment(section);
  doc.getMap(AUTHORS_KEY);
  doc.getMap(PROPOSALS_KEY);
  return doc;
}

export function loadDocument(updates: Iterable<Uint8Array>): Y.Doc {
  const doc = newDocument();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  return doc;
}

export function cloneDocument(source: Y.Doc): Y.Doc {
  return loadDocument([Y.encodeStateAsUpdate(source)]);
}

/** True while the document waits for edits it was not given. */
export function isIncomplete(doc: Y.Doc): boolean {
  return doc.store.pendingStructs !== null || doc.store.pendingDs !== null;
}

/** Runs `write` and returns exactly what it changed, or `null` when that was nothing. */
export function captureUpdate(doc: Y.Doc, write: (doc: Y.Doc) => void): Uint8Array | null {
  let captured: Uint8Array | null = null;
  const keep = (update: Uint8Array): void => {
    captured = update;
  };
  doc.on('update', keep);
  try {
    doc.transact(() => write(doc));
  } finally {
    doc.off('update', keep);
  }
  return captured;
}

/** Who owns a Yjs client id, or `null` while nobody wrote under it (RP3). */
export function authorOf(doc: Y.Doc, clientId: number): Author | null {
  const parsed = authorSchema.safeParse(doc.getMap(AUTHORS_KEY).get(String(clientId)));
  return parsed.success ? parsed.data : null;
}

/** Writes the owner of a Yjs client id. Only the server calls this; a client's update that touches the map is refused. */
export function stampAuthor(doc: Y.Doc, clientId: number, author: Author): void {
  doc.getMap(AUTHORS_KEY).set(String(clientId), author);
}

/** The words of the server itself: stamps and proposals, never text. */
export const SYSTEM_AUTHOR: Author = { kind: 'system', id: 'readroom', name: 'Readroom', acceptedBy: null };

export function putProposal(doc: Y.Doc, proposal: Proposal): void {
  doc.getMap(PROPOSALS_KEY).set(proposal.id, proposal);
}

/** Adds a paragraph at the end of a section; an empty last paragraph, an editor's cursor room, is written into first. */
export function appendParagraph(doc: Y.Doc, section: Section, text: string): void {
  const fragment = doc.getXmlFragment(section);
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText(text)]);
  fragment.insert(lastFilled(fragment) + 1, [paragraph]);
}

function lastFilled(fragment: Y.XmlFragment): number {
  return fragment.toArray().findLastIndex((node) => node instanceof Y.XmlElement && node.toArray().some((run) => run instanceof Y.XmlText && run.length > 0));
}

/** One run of text by one author. */
export interface AuthoredRun {
  readonly text: string;
  readonly author: Author | null;
}

/** Every paragraph of a section as runs with their authors, read from who inserted each character (RP3). */
export function authoredParagraphs(doc: Y.Doc, section: Section): AuthoredRun[][] {
  return doc.getXmlFragment(section).toArray().map((node) => (node instanceof Y.XmlElement ? node.toArray().flatMap((run) => authoredRuns(doc, run)) : []));
}

function authoredRuns(doc: Y.Doc, node: unknown): AuthoredRun[] {
  if (!(node instanceof Y.XmlText)) return [];
  const runs: { text: string; client: number }[] = [];
  for (let item = node._start; item !== null; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue;
    const last = runs.at(-1);
    if (last?.client === item.id.client) last.text += item.content.str;
    else runs.push({ text: item.content.str, client: item.id.client });
  }
  return runs.map(({ text, client }) => ({ text, author: authorOf(doc, client) }));
}
