import type { SectionDiff } from '@readroom/shared/report/report-view';
import { SECTION_TITLES } from '../editor/section-editor.tsx';

/** What came in and what went, by colour, line and word for screen readers. */
export function DiffText({ changes }: { changes: readonly SectionDiff[] }) {
  if (changes.length === 0) return <p className="text-muted">No difference in the text.</p>;
  return changes.map(({ section, parts }) => (
    <div key={section} className="mb-2">
      <p className="text-[11px] font-semibold tracking-wide text-muted uppercase">{section === 'addenda' ? 'Addenda' : SECTION_TITLES[section]}</p>
      <p className="whitespace-pre-wrap">
        {parts.map((part, index) => {
          if (part.kind === 'same') return <span key={index}>{part.text}</span>;
          if (part.kind === 'added') {
            return (
              <ins key={index} className="rounded-sm bg-routine-wash text-routine-text decoration-routine">
                {part.text}
              </ins>
            );
          }
          return (
            <del key={index} className="rounded-sm bg-critical-wash text-critical-text">
              {part.text}
            </del>
          );
        })}
      </p>
    </div>
  ));
}
