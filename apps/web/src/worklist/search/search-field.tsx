'use client';

import type { Ref } from 'react';
import { SearchIcon } from '../../ui/icons.ts';
import { Kbd } from '../../ui/marks/marks.tsx';
import type { ArchiveSearch } from './use-search.ts';

export interface SearchFieldProps {
  text: string;
  archive: ArchiveSearch;
  searchRef: Ref<HTMLInputElement>;
  /** Whoever sees no names can't search them. */
  named: boolean;
  onChange(text: string): void;
}

/** Narrows the open list with each letter; Enter searches signed studies too. */
export function SearchField({ text, archive, searchRef, named, onChange }: SearchFieldProps) {
  return (
    <div className="shrink-0">
      <div className="relative">
        <SearchIcon size={14} aria-hidden="true" className="absolute top-[9px] left-2 text-muted" />
        <input
          ref={searchRef}
          type="search"
          aria-label="Search the list"
          placeholder={named ? 'Name, MRN, accession' : 'Modality, description'}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          value={text}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing || (event.key !== 'Escape' && event.key !== 'Enter')) return;
            event.preventDefault();
            if (event.key === 'Escape') onChange('');
            else archive.begin();
            event.currentTarget.blur();
          }}
          className="h-8 w-full rounded border border-line-strong bg-surface pr-8 pl-7 placeholder:text-muted focus:border-accent [&::-webkit-search-cancel-button]:hidden"
        />
        <span className="absolute top-[6px] right-2" aria-hidden="true">
          <Kbd keys="/" />
        </span>
      </div>
      <p role="status" className="h-6 truncate px-1 pt-1.5 text-xs text-muted">
        {named && text.trim() !== '' && <SearchState archive={archive} />}
      </p>
    </div>
  );
}

function SearchState({ archive }: { archive: ArchiveSearch }) {
  if (archive.problem !== null) return <span className="text-critical-text" title={archive.problem.text}>{archive.problem.text}</span>;
  if (archive.busy) return 'Searching signed studies …';
  if (!archive.active) return <><Kbd keys="Enter" /> signed studies too</>;
  return archive.isMany ? 'Too many: type more' : `${archive.signed.length.toLocaleString('en')} signed found`;
}
