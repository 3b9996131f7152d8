import { configure, render, type RenderResult } from '@testing-library/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { AppRouterContext, type AppRouterInstance } from 'next/dist/shared/lib/app-router-context.shared-runtime';
import { PathnameContext } from 'next/dist/shared/lib/hooks-client-context.shared-runtime';
import type { ReactNode } from 'react';
import { vi } from 'vitest';
import { AlertCenterProvider } from '../alert/alert-center.tsx';
import { KeysProvider } from '../keys/keys.tsx';
import { LiveProvider } from '../lib/live/live.tsx';
import type { Me } from '../lib/contract.ts';
import { SessionProvider } from '../session/session.tsx';
import { TooltipProvider } from '../ui/overlays.tsx';
import { ToastProvider } from '../ui/toast.tsx';
import { createFakeLive, type FakeLive } from './fake-live.ts';
import { FakeAudioContext } from './fake-audio.ts';
import { makeMe } from './make.ts';

// A busy machine draws slowly; nothing here waits for longer than it takes.
configure({ asyncUtilTimeout: 15_000 });

export interface Rendered extends RenderResult {
  readonly live: FakeLive;
  readonly pushed: string[];
  readonly replaced: string[];
  readonly audio: FakeAudioContext;
  readonly queryClient: QueryClient;
}

export interface RenderOptions {
  readonly me?: Me;
  readonly pathname?: string;
  readonly audio?: FakeAudioContext;
  /** The screen brings its own session, socket and alerts. */
  readonly bare?: boolean;
}

/** jsdom lays nothing out: give everything a size, so that a virtual list has rows. */
export function stubLayout(): void {
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(900);
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1200);
  vi.stubGlobal('ResizeObserver', FakeResizeObserver);
  Element.prototype.scrollTo = () => undefined;
  Element.prototype.scrollIntoView = () => undefined;
  Element.prototype.hasPointerCapture = () => false;
}

class FakeResizeObserver implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

/** A screen with everything that stands above it in the application. */
export function renderScreen(screen: ReactNode, options: RenderOptions = {}): Rendered {
  stubLayout();
  const live = createFakeLive();
  const pushed: string[] = [];
  const replaced: string[] = [];
  const audio = options.audio ?? new FakeAudioContext('running');
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  const nothing = () => undefined;
  const router: AppRouterInstance = { push: (href) => void pushed.push(href), replace: (href) => void replaced.push(href), back: nothing, forward: nothing, refresh: nothing, prefetch: nothing, bfcacheId: 'test' };
  const inner = options.bare ? (
    screen
  ) : (
    <SessionProvider me={options.me ?? makeMe()}>
      <LiveProvider open={() => live}>
        <AlertCenterProvider makeContext={() => audio.asContext()}>{screen}</AlertCenterProvider>
      </LiveProvider>
    </SessionProvider>
  );
  const result = render(
    <AppRouterContext.Provider value={router}>
      <PathnameContext.Provider value={options.pathname ?? '/'}>
        <QueryClientProvider client={queryClient}>
          <TooltipProvider>
            <ToastProvider>
              <KeysProvider>{inner}</KeysProvider>
            </ToastProvider>
          </TooltipProvider>
        </QueryClientProvider>
      </PathnameContext.Provider>
    </AppRouterContext.Provider>,
  );
  return { ...result, live, pushed, replaced, audio, queryClient };
}
