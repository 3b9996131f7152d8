'use client';

import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from 'react';
import { Toast as Radix } from 'radix-ui';
import { IconButton } from './button.tsx';
import { cx } from './cx.ts';
import { CloseIcon } from './icons.ts';

export interface ToastInput {
  readonly tone: 'info' | 'problem';
  readonly title: string;
  readonly text?: string;
}
type Shown = ToastInput & { readonly id: number };

const MAX_TOASTS = 4;
const ToastContext = createContext<((toast: ToastInput) => void) | null>(null);

/** Says something in passing, at the lower right, out of the way of list and image. A problem stays until it is closed. */
export function useToast(): (toast: ToastInput) => void {
  const show = useContext(ToastContext);
  if (!show) throw new Error('useToast needs a ToastProvider above it');
  return show;
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Shown[]>([]);
  const nextId = useRef(1);
  const show = useCallback((toast: ToastInput) => {
    const id = nextId.current++;
    setToasts((shown) => [...shown, { ...toast, id }].slice(-MAX_TOASTS));
  }, []);
  const close = useCallback((id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)), []);
  const value = useMemo(() => show, [show]);
  return (
    <ToastContext.Provider value={value}>
      <Radix.Provider swipeDirection="right">
        {children}
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} onClose={() => close(toast.id)} />
        ))}
        <Radix.Viewport className="fixed right-3 bottom-3 z-50 flex w-80 flex-col gap-2" />
      </Radix.Provider>
    </ToastContext.Provider>
  );
}

function ToastCard({ toast, onClose }: { toast: Shown; onClose(): void }) {
  return (
    <Radix.Root
      duration={toast.tone === 'problem' ? 60_000 : 5_000}
      type={toast.tone === 'problem' ? 'foreground' : 'background'}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      className={cx(
        'flex animate-toast items-start gap-2 rounded-md border bg-raised-2 py-2 pr-1.5 pl-3 shadow-xl shadow-black/70',
        toast.tone === 'problem' ? 'border-critical' : 'border-line-strong',
      )}
    >
      <div className="min-w-0 flex-1">
        <Radix.Title className="font-medium">{toast.title}</Radix.Title>
        {toast.text !== undefined && <Radix.Description className="text-muted">{toast.text}</Radix.Description>}
      </div>
      <Radix.Close asChild>
        <IconButton label="Close this message">
          <CloseIcon size={14} />
        </IconButton>
      </Radix.Close>
    </Radix.Root>
  );
}
