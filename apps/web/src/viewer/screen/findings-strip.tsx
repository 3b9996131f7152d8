'use client';

import { Fragment } from 'react';
import type { AnalysisView, FindingView } from '@readroom/shared/finding/analysis-view';
import { confidenceText } from '@readroom/shared/finding/confidence';
import { measurementText } from '@readroom/shared/measure/measurement-text';
import { cx } from '../../ui/cx.ts';
import { AiIcon } from '../../ui/icons.ts';
import { SEVERITY_LOOK, SeverityShape } from '../../ui/marks/severity.tsx';
import { analysisWords } from '../../worklist/why/findings.tsx';
import { QualityWarnings } from '../../worklist/why/quality.tsx';

export interface FindingsStripProps {
  analyses: readonly AnalysisView[];
  /** A prior that was fetched to be looked at. */
  fetchedAsPrior?: boolean;
  /** The instance on screen, so that its findings stand out. */
  shownSop: string | null;
  onShow(finding: FindingView): void;
}

/** What AI says of the study in one line under the image; each finding leads to the frame that shows it best. */
export function FindingsStrip({ analyses, fetchedAsPrior = false, shownSop, onShow }: FindingsStripProps) {
  const active = analyses.filter((analysis) => analysis.role === 'active');
  return (
    <section aria-label="Findings of AI" className="flex h-14 shrink-0 items-center gap-2 overflow-x-auto border-t border-line bg-raised px-3">
      <span className="flex shrink-0 items-center gap-1.5 text-xs text-ai">
        <AiIcon size={14} aria-hidden="true" /> AI
      </span>
      {active.length === 0 && <p className="text-muted">{fetchedAsPrior ? 'Not analysed: fetched as a prior.' : 'Not analysed: no model looks at this kind of study.'}</p>}
      {active.map((analysis) => (
        <Fragment key={analysis.id}>
          <AnalysisPart analysis={analysis} shownSop={shownSop} onShow={onShow} />
          <QualityWarnings quality={analysis.quality} className="line-clamp-3 w-72 shrink-0 border-l border-line pl-2" />
        </Fragment>
      ))}
    </section>
  );
}

function AnalysisPart({ analysis, shownSop, onShow }: { analysis: AnalysisView } & Pick<FindingsStripProps, 'shownSop' | 'onShow'>) {
  const words = analysisWords(analysis);
  const model = `${analysis.model.id} ${analysis.model.version}${analysis.provider === null ? '' : ` on ${analysis.provider.toUpperCase()}`}`;
  if (words !== '') {
    return (
      <p className="min-w-0 shrink-0" data-analysis={analysis.status}>
        <span className={analysis.status === 'failed' || analysis.status === 'refused' ? 'text-urgent-text' : ''}>{words}</span>
        <span className="block text-xs text-muted">{model}</span>
      </p>
    );
  }
  return analysis.findings.map((finding) => <FindingButton key={finding.id} finding={finding} model={model} shown={finding.sopInstanceUid === shownSop} onShow={onShow} />);
}

function FindingButton({ finding, model, shown, onShow }: { finding: FindingView; model: string; shown: boolean; onShow(finding: FindingView): void }) {
  const refused = finding.feedback?.verdict === 'refuse';
  const sizes = (finding.measurements ?? []).map(measurementText);
  return (
    <button
      type="button"
      onClick={() => onShow(finding)}
      title={[...sizes, `${model}. Go to image ${finding.sliceIndex + 1}`].join('. ')}
      className={cx('flex h-10 shrink-0 items-center gap-2 rounded border px-2.5 text-left', shown ? 'border-ai bg-ai-wash' : 'border-line-strong bg-surface hover:border-ai', refused && 'opacity-55')}
    >
      <SeverityShape state={finding.severity} size={14} />
      <span className="leading-tight">
        <span className={cx('block text-ai', refused && 'line-through')}>
          {finding.label}
          {finding.side === null ? '' : `, ${finding.side}`} <span className="nums">{confidenceText(finding.confidence, finding.uncertainty)}</span>
        </span>
        <span className="nums block text-xs text-muted">
          {refused ? 'Refused by a radiologist' : (sizes[0] ?? SEVERITY_LOOK[finding.severity].word)} · image {finding.sliceIndex + 1}
        </span>
      </span>
    </button>
  );
}
