import { PROPOSALS_KEY, SECTIONS, proposalSchema } from './report.ts';
import type { Proposal, SectionTexts } from './report.ts';

/**
 * The parts of Yjs that reading a report needs, by shape: this package imports no library, and the browser and the gateway must
 * read the same text out of the same document.
 */
export interface DocumentLike {
  getXmlFragment(name: string): { toArray(): readonly unknown[] };
  getMap(name: string): { values(): Iterable<unknown> };
}

interface ElementLike {
  readonly nodeName: string;
  toArray(): readonly unknown[];
}

interface TextLike {
  toDelta(): readonly { readonly insert?: unknown }[];
}

/** Stands for anything that is not plain text. The gateway lets none in; were one there, the hash would show it. */
const OBJECT_REPLACEMENT = '\ufffc';

export function sectionTexts(document: DocumentLike): SectionTexts {
  const read = (name: string): string[] => document.getXmlFragment(name).toArray().map(paragraphText);
  return { indication: read(SECTIONS[0]), comparison: read(SECTIONS[1]), findings: read(SECTIONS[2]), impression: read(SECTIONS[3]) };
}

const SEVERITY_ORDER = { critical: 0, urgent: 1, routine: 2 } as const;

/** The proposals of a document, worst first, then surest, in an order that is the same everywhere; entries that are not proposals are left out. */
export function proposalsOf(document: DocumentLike): Proposal[] {
  const parsed = [...document.getMap(PROPOSALS_KEY).values()].map((value) => proposalSchema.safeParse(value));
  const proposals = parsed.flatMap((result) => (result.success ? [result.data] : []));
  return proposals.sort((a, b) => SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] || b.confidence - a.confidence || (a.id < b.id ? -1 : 1));
}

function paragraphText(node: unknown): string {
  if (isElement(node) && node.nodeName === 'paragraph') return node.toArray().map(runText).join('');
  return runText(node);
}

function runText(node: unknown): string {
  if (!isText(node)) return OBJECT_REPLACEMENT;
  return node.toDelta().map((part) => (typeof part.insert === 'string' ? part.insert : OBJECT_REPLACEMENT)).join('');
}

function isElement(node: unknown): node is ElementLike {
  return typeof node === 'object' && node !== null && 'nodeName' in node && 'toArray' in node && !('toDelta' in node);
}

function isText(node: unknown): node is TextLike {
  return typeof node === 'object' && node !== null && 'toDelta' in node;
}
