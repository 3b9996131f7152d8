'use client';

import { sectionTexts } from '@readroom/shared/report/paragraphs';
import { SECTIONS } from '@readroom/shared/report/report';
import { CLOSE } from '@readroom/shared/wire/close-codes';
import { useSessionEnded } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/states/states.tsx';
import { SECTION_TITLES } from './editor/section-editor.tsx';
import type { ReportSession } from './session/report-session.ts';

export interface RefusedReportProps {
  readonly session: ReportSession;
  readonly refused: { readonly code: number; readonly reason: string };
  readonly unstored: number;
}

const TITLE: { readonly [code: number]: string } = {
  [CLOSE.unauthenticated]: 'Your session is over',
  [CLOSE.forbidden]: 'Your role does not include this',
  [CLOSE.notFound]: 'There is no such report in your hospital',
  [CLOSE.protocol]: 'An edit could not be taken',
  [CLOSE.tooLarge]: 'The report has become too large',
};

/** The gateway said no for good. Words that are not stored stay on the screen to be copied. */
export function RefusedReport({ session, refused, unstored }: RefusedReportProps) {
  const signIn = useSessionEnded();
  const over = refused.code === CLOSE.unauthenticated;
  const reload = (): void => {
    if (!over) session.discardKept();
    location.reload();
  };
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <Notice
        kind={refused.code === CLOSE.forbidden ? 'forbidden' : 'problem'}
        className="h-auto"
        title={TITLE[refused.code] ?? 'The report can’t be opened'}
        action={<Button onClick={over ? signIn : reload}>{over ? 'Sign in again' : unstored > 0 ? 'I have copied it: open the report anew' : 'Open the report anew'}</Button>}
      >
        {over ? 'Sign in again in this tab: what you wrote is kept on this device and goes in afterwards.' : refused.reason}
        {unstored > 0 && !over && ' What you wrote stands below and is not stored: copy it first.'}
      </Notice>
      {unstored > 0 && <UnstoredText session={session} />}
    </div>
  );
}

function UnstoredText({ session }: { session: ReportSession }) {
  const texts = sectionTexts(session.doc);
  return SECTIONS.map((section) => (
    <section key={section} className="px-3 py-1.5 select-text">
      <h3 className="text-[11px] font-semibold tracking-wide text-muted uppercase">{SECTION_TITLES[section]}</h3>
      <p className="whitespace-pre-wrap">{texts[section].join('\n')}</p>
    </section>
  ));
}
