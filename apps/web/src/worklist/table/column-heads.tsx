import type { ColumnId } from '@readroom/shared/worklist/list-view';
import { IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { ColumnsIcon } from '../../ui/icons.ts';
import { COLUMN_TITLE, type ListLayout } from '../columns/layout.ts';

const HEAD_CLASS: { readonly [C in ColumnId]?: string } = { due: 'text-right', arrival: 'text-right', site: 'col-site', assigned: 'col-assigned' };

/** No sorting by click: the order of this list is the intervention, and every row says why it stands where it does. */
export function ColumnHeads({ layout, onColumns }: { layout: ListLayout; onColumns?: () => void }) {
  const stacked = layout.kind === 'stacked';
  return (
    <div role="row" className={cx('sticky top-0 z-20 h-[28px] items-center border-b border-line bg-surface px-3 text-xs text-muted', stacked ? 'flex' : 'list-cols')}>
      {layout.ids.map((id) => (
        <span key={id} role="columnheader" className={cx('truncate', stacked ? 'sr-only' : HEAD_CLASS[id])}>
          {COLUMN_TITLE[id]}
        </span>
      ))}
      {onColumns && (
        <span role="columnheader" className={stacked ? 'ml-auto' : 'absolute right-0 bg-surface'}>
          <IconButton label="Columns" onClick={onColumns}>
            <ColumnsIcon size={14} aria-hidden="true" />
          </IconButton>
        </span>
      )}
    </div>
  );
}
