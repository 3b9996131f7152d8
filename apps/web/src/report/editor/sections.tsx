'use client';

import { useCallback, useRef } from 'react';
import type { Editor } from '@tiptap/react';
import { SECTIONS, type Section } from '@readroom/shared/report/report';
import type { ReportSession } from '../session/report-session.ts';
import { SectionEditor } from './section-editor.tsx';

/** The four sections under each other; Tab goes on to the next. */
export function Sections({ session, userName, editable }: { session: ReportSession; userName: string; editable: boolean }) {
  const editors = useRef(new Map<Section, Editor>());
  const onEditor = useCallback((section: Section, editor: Editor | null) => {
    if (editor) editors.current.set(section, editor);
    else editors.current.delete(section);
  }, []);
  const onLeave = useCallback((section: Section, step: 1 | -1) => {
    const next = SECTIONS[SECTIONS.indexOf(section) + step];
    const editor = next && editors.current.get(next);
    editor?.commands.focus('end');
    return editor !== undefined;
  }, []);
  return SECTIONS.map((section) => (
    <SectionEditor
      key={section}
      section={section}
      doc={session.doc}
      provider={session.provider}
      userName={userName}
      editable={editable}
      onEditor={onEditor}
      onLeave={onLeave}
    />
  ));
}
