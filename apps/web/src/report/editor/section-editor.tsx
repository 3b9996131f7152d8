'use client';

import { useEffect } from 'react';
import { Collaboration } from '@tiptap/extension-collaboration';
import { CollaborationCaret } from '@tiptap/extension-collaboration-caret';
import { EditorContent, useEditor, type Editor } from '@tiptap/react';
import { StarterKit } from '@tiptap/starter-kit';
import type { Section } from '@readroom/shared/report/report';
import type { Doc } from 'yjs';
import type { WebsocketProvider } from 'y-websocket';
import { cx } from '../../ui/cx.ts';
import { caretElement } from './caret.ts';

export const SECTION_TITLES: { readonly [S in Section]: string } = {
  indication: 'Indication',
  comparison: 'Comparison',
  findings: 'Findings',
  impression: 'Impression',
};

/**
 * Paragraphs of plain text and nothing else: what the screen shows is all inside the signed hash. Without `trailingNode`, which
 * would write an empty paragraph of its own into everybody's document.
 */
const PLAIN_TEXT = StarterKit.configure({
  blockquote: false,
  bold: false,
  bulletList: false,
  code: false,
  codeBlock: false,
  dropcursor: false,
  gapcursor: false,
  hardBreak: false,
  heading: false,
  horizontalRule: false,
  italic: false,
  link: false,
  listItem: false,
  listKeymap: false,
  orderedList: false,
  strike: false,
  trailingNode: false,
  underline: false,
  undoRedo: false,
});

export interface SectionEditorProps {
  readonly section: Section;
  readonly doc: Doc;
  readonly provider: WebsocketProvider;
  readonly userName: string;
  readonly editable: boolean;
  /** Gives the editor away when it is there, null when it goes. */
  onEditor(section: Section, editor: Editor | null): void;
  /** Tab (1) and Shift+Tab (-1); false when there is no section that way. */
  onLeave(section: Section, step: 1 | -1): boolean;
}

/** One section: a text everybody writes in, with the others' carets, and an undo that takes back only what this page did (RP6). */
export function SectionEditor({ section, doc, provider, userName, editable, onEditor, onLeave }: SectionEditorProps) {
  const title = SECTION_TITLES[section];
  const editor = useEditor(
    {
      immediatelyRender: false,
      extensions: [
        PLAIN_TEXT,
        Collaboration.configure({ document: doc, field: section }),
        CollaborationCaret.configure({ provider, user: { name: userName, color: '#4cb8e0' }, render: caretElement }),
      ],
      editable,
      editorProps: {
        attributes: {
          role: 'textbox',
          'aria-multiline': 'true',
          'aria-label': title,
          'data-section': section,
          class: 'min-h-9 rounded px-2.5 py-1.5 text-[14px] leading-[21px] outline-none whitespace-pre-wrap break-words',
        },
        handleKeyDown: (_view, event) => event.key === 'Tab' && !event.ctrlKey && !event.altKey && !event.metaKey && onLeave(section, event.shiftKey ? -1 : 1),
      },
    },
    [doc, provider, section],
  );
  useEffect(() => {
    onEditor(section, editor);
    return () => onEditor(section, null);
  }, [editor, section, onEditor]);
  useEffect(() => {
    if (editor && editor.isEditable !== editable) editor.setEditable(editable, false);
  }, [editor, editable]);
  return (
    <section className="px-3 py-1.5">
      <h3 className="mb-0.5 text-[11px] font-semibold tracking-wide text-muted uppercase">{title}</h3>
      <div className={cx('rounded border', editable ? 'border-line bg-surface focus-within:border-accent' : 'border-transparent')}>
        <EditorContent editor={editor} />
      </div>
    </section>
  );
}
