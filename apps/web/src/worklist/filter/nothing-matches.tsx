'use client';

import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/states/states.tsx';
import { chipsOf } from './facet-text.ts';
import { isFiltered, NO_FILTERS, without, type Counts, type Filters } from './filters.ts';

export interface NothingMatchesProps {
  filters: Filters;
  counts: Counts;
  /** Studies in the whole list. */
  total: number;
  loading: boolean;
  onChange(filters: Filters): void;
}

/** The ways out, each with what it would show. */
export function NothingMatches({ filters, counts, total, loading, onChange }: NothingMatchesProps) {
  const ways = chipsOf(filters).filter(({ part }) => counts.behind[part] > 0);
  const title = loading ? 'Nothing so far' : isFiltered(filters) ? 'No study matches' : 'Nothing in this list';
  return (
    <Notice
      kind="empty"
      title={title}
      action={
        <div className="flex flex-wrap justify-center gap-2">
          {ways.map(({ part, title: name }) => (
            <Button key={part} onClick={() => onChange(without(filters, part))}>
              Without {name}: <span className="nums">{counts.behind[part].toLocaleString('en')}</span>
            </Button>
          ))}
          <Button onClick={() => onChange(NO_FILTERS)}>Show everything</Button>
        </div>
      }
    >
      {total.toLocaleString('en')} studies are {loading ? 'loaded, more are coming' : 'in the whole list'}.
    </Notice>
  );
}
