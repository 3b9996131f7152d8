import type { ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { problemOf } from '../lib/problem.ts';
import { Skeleton } from '../ui/states/states.tsx';

interface EffectOfChangeProps<T> {
  /** What would be different, a sentence each. */
  readonly changes: readonly string[];
  readonly preview: UseQueryResult<T>;
  children(effect: T): ReactNode;
}

/** What a policy would do before it is one: in words, and in what the past would have been under it. */
export function EffectOfChange<T>({ changes, preview, children }: EffectOfChangeProps<T>) {
  return (
    <section aria-label="What it would do" className="flex flex-col gap-3 rounded-md border border-line bg-raised p-4">
      <ul className="list-disc pl-5">
        {changes.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      {preview.error && <p className="text-critical-text">{problemOf(preview.error).text}</p>}
      {preview.isPending && <Skeleton className="h-5 w-96" />}
      {preview.data !== undefined && children(preview.data)}
    </section>
  );
}
