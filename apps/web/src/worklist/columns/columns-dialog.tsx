'use client';

import type { MouseEvent } from 'react';
import { FIXED_COLUMNS, MAX_COLUMN_PX, MIN_COLUMN_PX, type Column } from '@readroom/shared/worklist/list-view';
import { useDensity } from '../../lib/density.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choices } from '../../ui/field.tsx';
import { DownIcon, ResetIcon, UpIcon } from '../../ui/icons.ts';
import { COLUMN_TITLE } from './layout.ts';
import type { ListViewHand } from './use-list-view.ts';

/** Which columns, how wide, in which order, and how dense. Every change shows in the list behind at once. */
export function ColumnsDialog({ open, hand, onOpenChange }: { open: boolean; hand: ListViewHand; onOpenChange(open: boolean): void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Columns" description="Which columns the list has, how wide, and in which order.">
      {open && <ColumnList hand={hand} />}
    </Dialog>
  );
}

function ColumnList({ hand }: { hand: ListViewHand }) {
  const density = useDensity();
  const { view } = hand;
  const put = (columns: readonly Column[]) => hand.change({ ...view, columns: [...columns] });
  const swap = (event: MouseEvent<HTMLButtonElement>, from: number, to: number) => {
    const columns = [...view.columns];
    columns.splice(to, 0, ...columns.splice(from, 1));
    put(columns);
    // Its row moves in the page, which takes the focus away.
    const button = event.currentTarget;
    requestAnimationFrame(() => button.focus());
  };
  return (
    <div className="flex flex-col gap-3 p-4">
      <ol aria-label="Columns, from left to right">
        {view.columns.map((column, at) => (
          <li key={column.id} className="flex h-9 items-center gap-2">
            <label className="flex flex-1 items-center gap-2">
              <input type="checkbox" checked={column.shown} disabled={FIXED_COLUMNS.includes(column.id)} onChange={(event) => put(view.columns.with(at, { ...column, shown: event.target.checked }))} />
              {COLUMN_TITLE[column.id]} {FIXED_COLUMNS.includes(column.id) && <span className="text-xs text-muted">always there</span>}
            </label>
            <WidthField column={column} onWidth={(width) => put(view.columns.with(at, { ...column, width }))} />
            <IconButton label={`${COLUMN_TITLE[column.id]}: further left`} disabled={at === 0} onClick={(event) => swap(event, at, at - 1)}><UpIcon size={14} /></IconButton>
            <IconButton label={`${COLUMN_TITLE[column.id]}: further right`} disabled={at === view.columns.length - 1} onClick={(event) => swap(event, at, at + 1)}><DownIcon size={14} /></IconButton>
          </li>
        ))}
      </ol>
      <Choices label="Text" value={density} onChange={hand.setDensity} choices={[{ value: 'dense', label: '13 px, dense' }, { value: 'comfortable', label: '15 px, comfortable' }]} />
      <div>
        <Button onClick={hand.reset}><ResetIcon size={13} aria-hidden="true" /> Back to the default</Button>
      </div>
    </div>
  );
}

/** Taken when it is left, or with Enter; outside its bounds the nearest that is allowed. */
function WidthField({ column, onWidth }: { column: Column; onWidth(width: number | null): void }) {
  const take = (text: string) => {
    const px = Math.round(Number(text));
    const width = text.trim() === '' || !Number.isFinite(px) ? null : Math.max(MIN_COLUMN_PX, Math.min(MAX_COLUMN_PX, px));
    if (width !== column.width) onWidth(width);
  };
  return (
    <span className="flex items-center gap-1 text-xs text-muted">
      <input
        key={column.width ?? 'auto'}
        type="number"
        aria-label={`Width of ${COLUMN_TITLE[column.id]}, px`}
        min={MIN_COLUMN_PX}
        max={MAX_COLUMN_PX}
        step={8}
        placeholder="auto"
        defaultValue={column.width ?? ''}
        onBlur={(event) => take(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && take(event.currentTarget.value)}
        className="nums h-7 w-16 rounded border border-line-strong bg-surface px-2 text-right text-text"
      />
      px
    </span>
  );
}
