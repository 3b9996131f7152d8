import { compareRanked } from '../priority/rank.ts';
import type { WorklistPatch } from './events.ts';
import type { WorklistItem } from './worklist-item.ts';

/**
 * What a client holds of one hospital's list: a gapless beginning of it, in order.
 * `more` is true while rows beyond the last one exist that were not loaded yet.
 */
export interface WorklistView {
  readonly revision: number;
  readonly items: readonly WorklistItem[];
  readonly more: boolean;
}

export type PatchOutcome =
  | { readonly kind: 'applied'; readonly view: WorklistView }
  /** Already known: the view stays as it is. */
  | { readonly kind: 'old' }
  /** Revisions in between were missed: refetch the pages, then go on. */
  | { readonly kind: 'gap' };

/** Rows the view is filtered to; a row that no longer matches leaves it. */
export type Matches = (item: WorklistItem) => boolean;

const everything: Matches = () => true;

/**
 * Pure reducer of `rt:patch`. A patch covers the revisions after `prev` up to `rev` and may begin before the view's own
 * revision: each row carries the revision that last changed it, and only a newer one replaces what is held.
 */
export function applyPatch(view: WorklistView, patch: WorklistPatch, matches: Matches = everything): PatchOutcome {
  if (patch.rev <= view.revision) return { kind: 'old' };
  if (patch.prev > view.revision) return { kind: 'gap' };
  return { kind: 'applied', view: { ...view, revision: patch.rev, items: merge(view, patch, matches) } };
}

/** `rt:head` says the hospital is at `rev`: is this view behind? */
export function isBehind(view: WorklistView, head: { readonly rev: number }): boolean {
  return head.rev > view.revision;
}

/** The next page below those held: rows that moved up meanwhile are already there, and the newer copy wins. */
export function appendPage(view: WorklistView, page: { readonly items: readonly WorklistItem[]; readonly nextCursor: string | null }): WorklistView {
  const rows = new Map(view.items.map((item) => [item.studyUid, item]));
  for (const item of page.items) keepNewer(rows, item);
  return { ...view, items: [...rows.values()].sort(compareRanked), more: page.nextCursor !== null };
}

function merge(view: WorklistView, patch: WorklistPatch, matches: Matches): WorklistItem[] {
  const rows = new Map(view.items.map((item) => [item.studyUid, item]));
  const horizon = view.more ? view.items.at(-1) : undefined;
  for (const studyUid of patch.removed) rows.delete(studyUid);
  for (const item of patch.upserts) keepNewer(rows, item);
  return [...rows.values()].filter((item) => matches(item) && isWithin(item, horizon)).sort(compareRanked);
}

function keepNewer(rows: Map<string, WorklistItem>, item: WorklistItem): void {
  const held = rows.get(item.studyUid);
  if (!held || held.revision <= item.revision) rows.set(item.studyUid, item);
}

/** A row beyond the last one loaded belongs to a page that is fetched when somebody scrolls there. */
function isWithin(item: WorklistItem, horizon: WorklistItem | undefined): boolean {
  return horizon === undefined || compareRanked(item, horizon) <= 0;
}
