'use client';

import { useEffect, useState, useSyncExternalStore } from 'react';
import { proposalsOf, sectionTexts } from '@readroom/shared/report/paragraphs';
import { PROPOSALS_KEY, SECTIONS, type Proposal, type SectionTexts } from '@readroom/shared/report/report';
import type { Doc } from 'yjs';
import { SIGNED_OUT_EVENT } from '../../session/session.tsx';
import { forgetJournalKey, journalKey } from './journal-key.ts';
import { Journal, wipeJournal } from './journal.ts';
import { ReportSession, type SessionView } from './report-session.ts';

/** The line to one report, for as long as the pane shows it. Null while what this device kept is being read. */
export function useReportSession(reportId: string, userId: string): ReportSession | null {
  const [session, setSession] = useState<ReportSession | null>(null);
  useEffect(() => {
    let left = false;
    let opened: ReportSession | null = null;
    void openSession(reportId, userId).then((fresh) => {
      if (left) return fresh.destroy();
      opened = fresh;
      setSession(fresh);
    });
    const onSignedOut = (): void => {
      opened?.destroy();
      forgetJournalKey();
      void wipeJournal();
    };
    const onOffline = (): void => opened?.onLineLost();
    const onOnline = (): void => opened?.onLineBack();
    window.addEventListener(SIGNED_OUT_EVENT, onSignedOut);
    window.addEventListener('offline', onOffline);
    window.addEventListener('online', onOnline);
    return () => {
      left = true;
      window.removeEventListener(SIGNED_OUT_EVENT, onSignedOut);
      window.removeEventListener('offline', onOffline);
      window.removeEventListener('online', onOnline);
      opened?.destroy();
      setSession(null);
    };
  }, [reportId, userId]);
  return session;
}

async function openSession(reportId: string, userId: string): Promise<ReportSession> {
  const journal = await openJournal(reportId, userId);
  const kept = (await journal?.read(Date.now())) ?? [];
  return new ReportSession({ url: `${location.origin.replace(/^http/, 'ws')}/collab`, reportId, journal, kept, clock: Date.now });
}

/** A browser that forbids storage keeps edits in the page alone, and the pane says so. */
async function openJournal(reportId: string, userId: string): Promise<Journal | null> {
  try {
    const key = await journalKey();
    return key && (await Journal.open(key, userId, reportId));
  } catch {
    return null;
  }
}

export function useSessionView(session: ReportSession): SessionView {
  return useSyncExternalStore(session.subscribe, session.view, session.view);
}

export interface DocumentView {
  readonly texts: SectionTexts;
  readonly proposals: readonly Proposal[];
}

/** Text and proposals of the document, read again after each change. */
export function useDocument(doc: Doc): DocumentView {
  const [view, setView] = useState<DocumentView>(() => readDocument(doc));
  useEffect(() => {
    const read = (): void => setView(readDocument(doc));
    read();
    doc.on('update', read);
    return () => doc.off('update', read);
  }, [doc]);
  return view;
}

function readDocument(doc: Doc): DocumentView {
  for (const section of SECTIONS) doc.getXmlFragment(section);
  doc.getMap(PROPOSALS_KEY);
  return { texts: sectionTexts(doc), proposals: proposalsOf(doc) };
}
