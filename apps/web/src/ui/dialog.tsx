import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { cx } from './cx.ts';
import { CloseIcon } from './icons.ts';

export interface DialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  /** Read out after the title. */
  description?: string;
  children: ReactNode;
  width?: 'narrow' | 'wide';
  /** Where the eyes already are for a palette; the middle for everything else. */
  place?: 'middle' | 'top';
  hideTitle?: boolean;
}

/** A modal dialog: traps focus, closes with Escape, gives the focus back where it was. */
export function Dialog({ open, onOpenChange, title, description, children, width = 'narrow', place = 'middle', hideTitle = false }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/60" />
        <Radix.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          className={cx(
            'fixed left-1/2 z-50 flex max-h-[86vh] -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-line-strong bg-raised shadow-2xl shadow-black',
            place === 'middle' ? 'top-1/2 -translate-y-1/2' : 'top-[12vh]',
            width === 'narrow' ? 'w-[min(30rem,94vw)]' : 'w-[min(44rem,94vw)]',
          )}
        >
          <div className={cx('flex items-center justify-between gap-3 border-b border-line px-4 py-2.5', hideTitle && 'sr-only')}>
            <Radix.Title className="text-[15px] font-semibold">{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label="Close">
                <CloseIcon size={15} />
              </IconButton>
            </Radix.Close>
          </div>
          {description !== undefined && <Radix.Description className="sr-only">{description}</Radix.Description>}
          <div className="min-h-0 overflow-y-auto">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
