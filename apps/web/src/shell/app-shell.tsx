'use client';

import { useState, type ReactNode } from 'react';
import { useRouter } from 'next/navigation';
import { useQueryClient } from '@tanstack/react-query';
import { AlertCenterProvider, useAlertCenter } from '../alert/alert-center.tsx';
import { CommunicationDialog } from '../alert/communication/communication-dialog.tsx';
import { AcknowledgeDialog } from '../alert/screens/acknowledge-dialog.tsx';
import { useKeys } from '../keys/keys.tsx';
import { HelpDialog } from '../keys/help-dialog.tsx';
import { Palette, type PaletteEntry } from '../keys/palette.tsx';
import { useDensity } from '../lib/density.ts';
import { LiveProvider, useLiveEvents } from '../lib/live/live.tsx';
import { patientTitle } from '../lib/person.ts';
import { SessionGate, useSession, useSessionEnded } from '../session/session.tsx';
import { Skeleton } from '../ui/states/states.tsx';
import { useStoredDensity } from '../worklist/columns/use-list-view.ts';
import type { Feed } from '../worklist/feed/feed.ts';
import { worklistKey } from '../worklist/feed/use-worklist.ts';
import { heardViewers } from '../worklist/presence/viewers-store.ts';
import { TOP_BAR_CLASS, TopBar } from './top-bar.tsx';

/** What stands around every page once somebody is signed in. */
export function AppShell({ children }: { children: ReactNode }) {
  return (
    <SessionGate skeleton={<ShellSkeleton />}>
      <LiveProvider>
        <AlertCenterProvider>
          <Frame>{children}</Frame>
        </AlertCenterProvider>
      </LiveProvider>
    </SessionGate>
  );
}

/** The page inside: bar, content, and what opens over it. */
export function Frame({ children }: { children: ReactNode }) {
  useStoredDensity();
  const density = useDensity();
  const [help, setHelp] = useState(false);
  const [palette, setPalette] = useState(false);
  useShellKeys({ showHelp: () => setHelp(true), showPalette: () => setPalette(true) });
  useLiveEvents({ refused: useSessionEnded(), viewers: heardViewers });
  return (
    <div data-density={density} className="flex h-dvh flex-col">
      <TopBar onHelp={() => setHelp(true)} onPalette={() => setPalette(true)} />
      <main className="min-h-0 flex-1">{children}</main>
      <HelpDialog open={help} onOpenChange={setHelp} />
      <Palette open={palette} onOpenChange={setPalette} extra={usePaletteStudies(palette)} />
      <AcknowledgeDialog />
      <CommunicationDialog />
    </div>
  );
}

function useShellKeys({ showHelp, showPalette }: { showHelp(): void; showPalette(): void }): void {
  const router = useRouter();
  const alerts = useAlertCenter();
  const session = useSession();
  const acknowledge = () => {
    const first = alerts.open[0];
    if (first && session.may('alert.acknowledge')) alerts.acknowledge(first);
  };
  const communicate = () => {
    const first = alerts.awaiting[0];
    if (first && session.may('alert.communicate')) alerts.communicate({ alert: first, corrects: null });
  };
  const everywhere = { context: 'everywhere' } as const;
  useKeys([
    { ...everywhere, id: 'go.list', keys: ['g l'], label: 'Go to the list', run: () => router.push('/') },
    { ...everywhere, id: 'go.alerts', keys: ['g a'], label: 'Go to the alerts', run: () => router.push('/alerts') },
    { ...everywhere, id: 'alert.acknowledge', keys: ['a'], label: 'Acknowledge the first open alert', run: acknowledge },
    { ...everywhere, id: 'alert.communicate', keys: ['Shift+a'], label: 'Record who was told of the first alert not yet communicated', run: communicate },
    { ...everywhere, id: 'palette', keys: ['Ctrl+k'], label: 'Find anything to do', whileTyping: true, hidden: true, run: showPalette },
    { ...everywhere, id: 'help', keys: ['?'], label: 'Show the keys that work here', run: showHelp },
  ]);
}

/** The studies of the list by name, for whoever may see names; read only while the palette is open. */
function usePaletteStudies(open: boolean): readonly PaletteEntry[] {
  const router = useRouter();
  const session = useSession();
  const queryClient = useQueryClient();
  if (!open || !session.may('study.view')) return [];
  const feed = queryClient.getQueryData<Feed>(worklistKey(session.membership.organisation));
  return (feed?.view.items ?? []).map((item) => ({
    id: item.studyUid,
    label: patientTitle(item),
    detail: [item.patientId ?? '', item.modality, item.description].filter(Boolean).join(' · '),
    run: () => router.push(`/studies/${item.studyId}`),
  }));
}

function ShellSkeleton() {
  return (
    <div className="flex h-dvh flex-col" aria-busy="true" aria-label="Loading Readroom">
      <div className={TOP_BAR_CLASS} />
      <div className="flex-1 p-4">
        <Skeleton className="h-full opacity-40" />
      </div>
    </div>
  );
}
