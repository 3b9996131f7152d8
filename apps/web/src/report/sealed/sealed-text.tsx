import type { AuthoredText, VersionText } from '@readroom/shared/report/report-view';
import { absoluteText } from '../../lib/time.ts';
import { Badge } from '../../ui/marks/marks.tsx';
import { SECTION_TITLES } from '../editor/section-editor.tsx';

/** A sealed version, read-only, with its addenda. Hovering a stretch of text says who wrote it (RP3). */
export function SealedText({ version }: { version: VersionText }) {
  const { report } = version;
  return (
    <div aria-label="Signed report">
      {version.sections.map((section) => (
        <section key={section.name} aria-label={SECTION_TITLES[section.name]} className="px-3 py-1.5">
          <h3 className="mb-0.5 text-[11px] font-semibold tracking-wide text-muted uppercase">{SECTION_TITLES[section.name]}</h3>
          {section.paragraphs.length === 0 && <p className="px-2.5 text-muted">Nothing written</p>}
          <Paragraphs paragraphs={section.paragraphs} authored={section.authored} />
        </section>
      ))}
      <Seal label={report.kind === 'preliminary' ? 'Issued as preliminary' : 'Signed'} by={report.signedBy.name} at={report.signedAt} hash={report.hash} />
      {version.addenda.map((addendum, index) => (
        <section key={addendum.version} aria-label={`Addendum ${index + 1}`} className="border-t border-line px-3 py-1.5">
          <h3 className="mb-0.5 flex items-center gap-2 text-[11px] font-semibold tracking-wide text-muted uppercase">
            Addendum {index + 1} <Badge>{addendum.author.name}</Badge>
          </h3>
          <Paragraphs paragraphs={addendum.paragraphs} authored={[]} />
          <Seal label="Signed" by={addendum.signedBy.name} at={addendum.signedAt} hash={addendum.hash} />
        </section>
      ))}
    </div>
  );
}

/** The sealed paragraphs; where their authors are known for exactly this text, each run names its own. */
function Paragraphs({ paragraphs, authored }: { paragraphs: readonly string[]; authored: readonly (readonly AuthoredText[])[] }) {
  return paragraphs.map((paragraph, index) => {
    const runs = authored.find((candidate) => candidate.map((run) => run.text).join('') === paragraph);
    return (
      <p key={index} className="min-h-[21px] px-2.5 text-[14px] leading-[21px] whitespace-pre-wrap">
        {runs ? runs.map((run, at) => <Run key={at} run={run} />) : paragraph}
      </p>
    );
  });
}

function Run({ run }: { run: AuthoredText }) {
  return <span title={authorTitle(run.author)}>{run.text}</span>;
}

export function authorTitle(author: AuthoredText['author']): string {
  if (!author) return 'Author unknown';
  if (author.kind === 'ai') return `AI (${author.name}), accepted by ${author.acceptedBy?.name ?? 'nobody'}`;
  return author.kind === 'template' ? 'From the template' : `Written by ${author.name}`;
}

function Seal({ label, by, at, hash }: { label: string; by: string; at: number; hash: string }) {
  return (
    <p className="px-5.5 py-1.5 text-xs text-muted">
      {label} by <span className="text-text">{by}</span>, {absoluteText(at)}{' '}
      <span className="font-mono" title={`SHA-256 ${hash}`}>
        {hash.slice(0, 12)}
      </span>
    </p>
  );
}
