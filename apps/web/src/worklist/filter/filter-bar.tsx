'use client';

import { cx } from '../../ui/cx.ts';
import { Button } from '../../ui/button.tsx';
import { CloseIcon, FilterIcon } from '../../ui/icons.ts';
import { Kbd } from '../../ui/marks/marks.tsx';
import { SeverityShape } from '../../ui/marks/severity.tsx';
import { chipsOf, type Chip } from './facet-text.ts';
import { isFiltered, without, type Filters } from './filters.ts';

export const BAR_PX = 34;

export interface FilterBarProps {
  filters: Filters;
  /** LF3: critical studies that are out of sight, or would be. */
  hiddenCritical: number;
  revealed: boolean;
  onChange(filters: Filters): void;
  onMenu(): void;
  onReveal(): void;
  onClear(): void;
}

/** Always there and always as high: a filter that comes or goes moves nothing below it. */
export function FilterBar({ filters, hiddenCritical, revealed, onChange, onMenu, onReveal, onClear }: FilterBarProps) {
  return (
    <div role="group" aria-label="Filters in force" className="flex items-center gap-2 border-b border-line bg-surface pr-2 pl-2" style={{ height: BAR_PX }}>
      <Button size="small" onClick={onMenu} aria-haspopup="dialog">
        <FilterIcon size={13} aria-hidden="true" /> Filter <Kbd keys="f" />
      </Button>
      <ul aria-label="Chosen filters" className="flex min-w-0 items-center gap-1.5">
        {chipsOf(filters).map((chip) => (
          <FilterChip key={chip.part} chip={chip} onRemove={() => onChange(without(filters, chip.part))} />
        ))}
      </ul>
      <div className="shrink-0 flex-1">
        {isFiltered(filters) && (
          <Button size="small" tone="ghost" onClick={onClear}>
            Clear all <Kbd keys="Esc" />
          </Button>
        )}
      </div>
      <HiddenCritical count={hiddenCritical} revealed={revealed} onReveal={onReveal} />
    </div>
  );
}

function FilterChip({ chip, onRemove }: { chip: Chip; onRemove(): void }) {
  return (
    // Of many chips each gives way: a filter in force is never out of sight.
    <li className="min-w-0">
      <button
        type="button"
        title={`${chip.title}: ${chip.text}`}
        onClick={onRemove}
        className="flex h-6 w-full max-w-72 items-center gap-1.5 rounded border border-accent/60 bg-accent-wash px-2 text-xs hover:border-accent"
      >
        <span className="truncate text-muted">{chip.title}:</span>
        <bdi className="min-w-4 truncate">{chip.text}</bdi>
        <span className="sr-only">, remove this filter</span>
        <CloseIcon size={12} aria-hidden="true" className="shrink-0 text-muted" />
      </button>
    </li>
  );
}

function HiddenCritical({ count, revealed, onReveal }: { count: number; revealed: boolean; onReveal(): void }) {
  return (
    <div role="status" className="shrink-0">
      {count > 0 && (
        <button
          type="button"
          aria-pressed={revealed}
          onClick={onReveal}
          className={cx('flex h-6 items-center gap-1.5 rounded border border-critical px-2 text-xs font-medium text-critical-text', revealed ? 'bg-surface' : 'bg-critical-wash')}
        >
          <SeverityShape state="critical" size={10} />
          <span className="nums">{count.toLocaleString('en')}</span> {revealed ? 'critical shown from outside' : 'critical outside this filter'} <Kbd keys="!" />
        </button>
      )}
    </div>
  );
}
