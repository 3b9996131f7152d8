import { appendPage, applyPatch, type Matches, type WorklistView } from '@readroom/shared/worklist/patch';
import type { WorklistPage, WorklistPatch } from '@readroom/shared/worklist/events';

/** The list as this page holds it. */
export interface Feed {
  readonly view: WorklistView;
  /** Where the next page begins while rows are still being fetched. */
  readonly cursor: string | null;
  /** When a row first came by push, on the page's clock: what glows. */
  readonly bornAt: ReadonlyMap<string, number>;
}

export type LoadPage = (cursor: string | null) => Promise<WorklistPage>;

/** Far above any hospital's open list; a gateway that never ends its pages is stopped here. */
const MAX_PAGES = 400;
/** Patches kept to be put on top of pages that were read before them. */
export const MAX_RECENT = 2_000;
const MAX_BORN = 200;

export function beginFeed(page: WorklistPage): Feed {
  return { view: { revision: page.revision, items: page.items, more: page.nextCursor !== null }, cursor: page.nextCursor, bornAt: new Map() };
}

/**
 * Reads every page. `progress` hears of the first, so that rows are on screen at once, and then each time there are twice
 * as many: drawing twenty thousand rows a hundred times over would take longer than fetching them.
 */
export async function loadFeed(loadPage: LoadPage, recent: () => readonly WorklistPatch[], progress: (feed: Feed) => void, matches?: Matches): Promise<Feed> {
  let feed = beginFeed(await loadPage(null));
  let told = 0;
  for (let pages = 1; feed.cursor !== null && pages < MAX_PAGES; pages += 1) {
    if (feed.view.items.length >= told * 2) {
      told = feed.view.items.length;
      progress(replay(feed, recent(), matches));
    }
    feed = continueFeed(feed, await loadPage(feed.cursor));
  }
  return replay(feed, recent(), matches);
}

export function continueFeed(feed: Feed, page: WorklistPage): Feed {
  return { ...feed, view: appendPage(feed.view, page), cursor: page.nextCursor };
}

/** Puts the patches that came while pages were read on top of them; a row that left meanwhile leaves here too. */
export function replay(feed: Feed, patches: readonly WorklistPatch[], matches?: Matches): Feed {
  return patches.reduce<Feed>((held, patch) => {
    const outcome = applyPatch(held.view, patch, matches);
    return outcome.kind === 'applied' ? { ...held, view: outcome.view } : held;
  }, feed);
}

export type PatchResult = { readonly kind: 'applied'; readonly feed: Feed } | { readonly kind: 'old' | 'gap' };

/** LF2: `matches` is the filter of a feed that holds matching rows only. */
export function patchFeed(feed: Feed, patch: WorklistPatch, at: number, matches?: Matches): PatchResult {
  const outcome = applyPatch(feed.view, patch, matches);
  if (outcome.kind !== 'applied') return outcome;
  return { kind: 'applied', feed: { ...feed, view: outcome.view, bornAt: withBorn(feed, patch, at) } };
}

function withBorn(feed: Feed, patch: WorklistPatch, at: number): ReadonlyMap<string, number> {
  const known = new Set(feed.view.items.map((item) => item.studyUid));
  const born = patch.upserts.filter((item) => !known.has(item.studyUid));
  if (born.length === 0) return feed.bornAt;
  const kept = [...feed.bornAt].slice(-MAX_BORN);
  return new Map([...kept, ...born.map((item) => [item.studyUid, at] as const)]);
}
