'use client';

import { FACETS } from '@readroom/shared/worklist/filter';
import { Dialog } from '../../ui/dialog.tsx';
import { cx } from '../../ui/cx.ts';
import { CheckIcon } from '../../ui/icons.ts';
import { Count, Kbd } from '../../ui/marks/marks.tsx';
import { everyWordIn, TypeToChoose } from '../../ui/type-to-choose.tsx';
import { FIXED_VALUES, PART_TITLE, receivedText, valueText, WITHIN_CHOICES } from './facet-text.ts';
import { toggle, without, type Counts, type Filters } from './filters.ts';
import { ReceivedFields } from './received-fields.tsx';

export interface FilterMenuProps {
  open: boolean;
  filters: Filters;
  counts: Counts;
  onChange(filters: Filters): void;
  onOpenChange(open: boolean): void;
}

/** Every value of every facet, found by typing, chosen with Enter; the list behind it changes at once. */
export function FilterMenu({ open, onOpenChange, ...body }: FilterMenuProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Filter the list" hideTitle place="top" width="wide">
      {open && <MenuBody {...body} />}
    </Dialog>
  );
}

interface Choice {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** Null where nothing is counted. */
  readonly count: number | null;
  readonly chosen: boolean;
  apply(): void;
}

function choicesOf({ filters, counts, onChange }: Pick<FilterMenuProps, 'filters' | 'counts' | 'onChange'>): Choice[] {
  const facets = FACETS.flatMap((facet) => {
    const chosen: readonly string[] = filters.filter[facet];
    const values = FIXED_VALUES[facet] ?? [...new Set([...counts.facets[facet].keys(), ...chosen])].sort();
    return values.map((value) => ({
      id: `${facet}:${value}`,
      title: PART_TITLE[facet],
      text: valueText(facet, value),
      count: counts.facets[facet].get(value) ?? 0,
      chosen: chosen.includes(value),
      apply: () => onChange(toggle(filters, facet, value)),
    }));
  });
  const { received } = filters.filter;
  const spans = WITHIN_CHOICES.map((withinMs) => {
    const chosen = received !== null && 'withinMs' in received && received.withinMs === withinMs;
    const apply = () => onChange(chosen ? without(filters, 'received') : { ...filters, filter: { ...filters.filter, received: { withinMs } } });
    return { id: `received:${withinMs}`, title: PART_TITLE.received, text: receivedText({ withinMs }), count: null, chosen, apply };
  });
  return [...facets, ...spans];
}

/** All words typed occur in `Modality CT`, in any order. */
export function matchChoices<C extends { readonly title: string; readonly text: string }>(choices: readonly C[], typed: string): C[] {
  return choices.filter(({ title, text }) => everyWordIn(`${title} ${text}`, typed));
}

function MenuBody({ filters, counts, onChange }: Pick<FilterMenuProps, 'filters' | 'counts' | 'onChange'>) {
  const choices = choicesOf({ filters, counts, onChange });
  return (
    <>
      <TypeToChoose
        label="Filter by"
        listLabel="Filters"
        placeholder="Modality, body part, priority, AI, site …"
        listClass="h-[44vh]"
        rowClass="h-8"
        find={(typed) => matchChoices(choices, typed)}
        onChoose={(choice) => choice.apply()}
        isChosen={(choice) => choice.chosen}
        row={(choice) => <ChoiceRow choice={choice} />}
        nothing="No filter of that name. Names and numbers of patients are found with the search."
      />
      <ReceivedFields filters={filters} onChange={onChange} />
      <p className="flex items-center gap-3 border-t border-line px-4 py-2 text-xs text-muted">
        <span><Kbd keys="Enter" /> chooses or lets go</span>
        <span><Kbd keys="Esc" /> back to the list</span>
      </p>
    </>
  );
}

function ChoiceRow({ choice }: { choice: Choice }) {
  return (
    <>
      <CheckIcon size={14} aria-hidden="true" className={cx('shrink-0 text-accent', !choice.chosen && 'invisible')} />
      <span className="w-24 shrink-0 text-muted">{choice.title}</span>
      <bdi className="truncate">{choice.text}</bdi>
      <span className="ml-auto">{choice.count !== null && <Count value={choice.count} />}</span>
    </>
  );
}
