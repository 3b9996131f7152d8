import type { ReactNode } from 'react';

/** The quiet frame of the pages before signing in. */
export function FrontFrame({ title, lead, children, foot }: { title: string; lead?: ReactNode; children: ReactNode; foot?: ReactNode }) {
  return (
    <main className="grid h-dvh place-items-center overflow-y-auto p-6">
      <div className="flex w-[min(24rem,100%)] flex-col gap-5">
        <header>
          <Mark />
          <h1 className="mt-4 text-xl font-semibold">{title}</h1>
          {lead !== undefined && <p className="mt-1 text-muted">{lead}</p>}
        </header>
        {children}
        {foot !== undefined && <footer className="text-xs text-muted">{foot}</footer>}
      </div>
    </main>
  );
}

/** The list rising: three lines, the uppermost lit. */
/** `short` leaves the name out where the screen is narrow. */
export function Mark({ short = false }: { short?: boolean }) {
  return (
    <span className="inline-flex items-center gap-2 text-[15px] font-semibold tracking-tight">
      <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
        <rect x="1" y="2" width="18" height="4" rx="1.5" className="fill-accent" />
        <rect x="1" y="8" width="13" height="4" rx="1.5" className="fill-line-strong" />
        <rect x="1" y="14" width="9" height="4" rx="1.5" className="fill-line-strong" />
      </svg>
      <span className={short ? 'max-[1439px]:sr-only' : undefined}>Readroom</span>
    </span>
  );
}
