import type { CSSProperties } from 'react';
import { DEFAULT_VIEW, type ColumnId, type ListView } from '@readroom/shared/worklist/list-view';
import type { Density } from '../../lib/density.ts';

export const COLUMN_TITLE: { readonly [C in ColumnId]: string } = { severity: 'Severity', due: 'Due', patient: 'Patient', study: 'Study', site: 'Site', arrival: 'Arrived', ai: 'AI', assigned: 'Assigned', status: 'Status' };

/** A column left to itself is never narrower than this (px), and takes this share of what is left over. */
const AUTO: { readonly [C in ColumnId]: readonly [minPx: number, share: number] } = {
  severity: [118, 0], due: [64, 0], patient: [140, 1.6], study: [124, 1.3], site: [80, 0.7], arrival: [58, 0], ai: [130, 1.2], assigned: [88, 0], status: [88, 0],
};
const GAP_PX = 12;
const PADDING_PX = 24;

export interface ListLayout {
  /** `usual` gives up columns as the table narrows; `own` scrolls sideways instead; `stacked` is for a phone. */
  readonly kind: 'usual' | 'own' | 'stacked';
  readonly ids: readonly ColumnId[];
  readonly style: CSSProperties & { readonly '--list-columns'?: string; readonly '--list-min'?: string };
}

const STACKED: ListLayout = { kind: 'stacked', ids: ['patient', 'severity', 'due', 'study', 'ai', 'status'], style: {} };
const USUAL: ListLayout = { kind: 'usual', ids: DEFAULT_VIEW.columns.map(({ id }) => id), style: {} };

/** Two lines a cell; on a phone two cells above one another. */
export const STACKED_PX: { readonly [D in Density]: number } = { dense: 88, comfortable: 100 };

/** Where the columns of a reader's view stand. */
export function layoutOf(view: ListView, narrow: boolean): ListLayout {
  if (narrow) return STACKED;
  if (JSON.stringify(view.columns) === JSON.stringify(DEFAULT_VIEW.columns)) return USUAL;
  const columns = view.columns.filter(({ shown }) => shown);
  const tracks = columns.map(({ id, width }) => {
    const [minPx, share] = AUTO[id];
    return width !== null ? { px: width, track: `${width}px` } : { px: minPx, track: share === 0 ? `${minPx}px` : `minmax(${minPx}px, ${share}fr)` };
  });
  const minPx = tracks.reduce((sum, { px }) => sum + px, PADDING_PX + GAP_PX * (tracks.length - 1));
  const style = { '--list-columns': tracks.map(({ track }) => track).join(' '), '--list-min': `${minPx}px` };
  return { kind: 'own', ids: columns.map(({ id }) => id), style };
}
