'use client';

import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { useSession } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';

/** PR4: the attendings' call, until each study has a preliminary report. It floats: it takes no room from the list. */
export function OverdueNotice({ items, onSelect }: { items: readonly WorklistItem[]; onSelect(studyUid: string): void }) {
  const session = useSession();
  const late = items.filter((item) => item.overdueAt !== null && item.status !== 'preliminary' && item.status !== 'final');
  const [first] = late;
  if (first === undefined || session.membership.role !== 'attending') return null;
  return (
    <div role="alert" className="absolute inset-x-0 bottom-12 z-30 mx-auto flex w-fit items-center gap-3 rounded border border-critical bg-raised px-3 py-1.5 text-xs">
      <span>{late.length === 1 ? '1 study has waited past the hard limit without a report.' : `${late.length.toLocaleString('en')} studies have waited past the hard limit without a report.`}</span>
      <Button size="small" onClick={() => onSelect(first.studyUid)}>
        Show the first
      </Button>
    </div>
  );
}
