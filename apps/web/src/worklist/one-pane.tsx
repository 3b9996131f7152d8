'use client';

import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { BackIcon } from '../ui/icons.ts';

/** The list on a phone: the rows, and over them the row that was touched, explained. */
export function OnePane({ why, onBack, children }: { why: ReactNode; onBack(): void; children: ReactNode }) {
  return (
    <div className="relative h-full">
      {children}
      {why !== null && (
        <div className="absolute inset-0 z-30 flex flex-col bg-surface">
          <div className="border-b border-line p-2">
            <Button size="small" onClick={onBack}>
              <BackIcon size={14} aria-hidden="true" /> Back to the list
            </Button>
          </div>
          <div className="min-h-0 flex-1">{why}</div>
        </div>
      )}
    </div>
  );
}
