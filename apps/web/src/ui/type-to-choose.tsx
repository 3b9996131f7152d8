'use client';

import { useId, useState, type ReactNode } from 'react';
import { cx } from './cx.ts';

/** All words typed occur in `text`, in any order and case. */
export function everyWordIn(text: string, typed: string): boolean {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const searched = text.toLocaleLowerCase();
  return words.every((word) => searched.includes(word));
}

export interface TypeToChooseProps<C extends { readonly id: string }> {
  readonly label: string;
  readonly listLabel: string;
  readonly placeholder: string;
  readonly listClass: string;
  readonly rowClass: string;
  /** What is offered for the words typed. */
  find(typed: string): readonly C[];
  onChoose(choice: C): void;
  row(choice: C): ReactNode;
  /** Several may stand chosen at once; without it the row under the keyboard is the selected one. */
  readonly isChosen?: (choice: C) => boolean;
  /** Said when nothing is found. */
  readonly nothing: string;
}

/** A list narrowed by typing, gone through with the arrows, chosen from with Enter or a click. */
export function TypeToChoose<C extends { readonly id: string }>({ label, listLabel, placeholder, listClass, rowClass, find, onChoose, row, isChosen, nothing }: TypeToChooseProps<C>) {
  const listId = useId();
  const [typed, setTyped] = useState('');
  const [index, setIndex] = useState(0);
  const shown = find(typed);
  const at = Math.min(index, Math.max(0, shown.length - 1));
  const chosen = shown[at];
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown') setIndex((at + 1) % Math.max(1, shown.length));
    else if (event.key === 'ArrowUp') setIndex((at - 1 + shown.length) % Math.max(1, shown.length));
    else if (event.key === 'Enter') {
      if (chosen) onChoose(chosen);
    } else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        autoFocus
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={chosen ? `${listId}-${at}` : undefined}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        className="h-11 w-full border-b border-line bg-transparent px-4 text-[15px] outline-none placeholder:text-muted"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setIndex(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={listId} role="listbox" aria-multiselectable={isChosen ? true : undefined} aria-label={listLabel} className={cx('overflow-y-auto p-1.5', listClass)}>
        {shown.map((choice, position) => (
          <li
            key={choice.id}
            id={`${listId}-${position}`}
            role="option"
            aria-selected={isChosen ? isChosen(choice) : position === at}
            ref={(node) => {
              if (position === at) node?.scrollIntoView?.({ block: 'nearest' });
            }}
            onClick={() => onChoose(choice)}
            className={cx('flex cursor-pointer items-center gap-3 rounded px-2.5', rowClass, position === at ? 'bg-accent-wash' : 'hover:bg-raised-2')}
          >
            {row(choice)}
          </li>
        ))}
        {shown.length === 0 && <li className="p-4 text-center text-muted">{nothing}</li>}
      </ul>
    </>
  );
}
