'use client';

import { useQuery } from '@tanstack/react-query';
import type { AnalysisView } from '@readroom/shared/finding/analysis-view';
import { confidenceText } from '@readroom/shared/finding/confidence';
import { measurementText } from '@readroom/shared/measure/measurement-text';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { AiBadge } from '../../ui/marks/marks.tsx';
import { SEVERITY_LOOK, SeverityShape } from '../../ui/marks/severity.tsx';
import { Skeleton } from '../../ui/states/states.tsx';
import { cx } from '../../ui/cx.ts';
import { QualityWarnings } from './quality.tsx';
import { Thumbnail } from './thumbnail.tsx';

/** What each model said of the selected study, with the frame that shows it best. `revision` makes a change ask again. */
export function Findings({ studyUid, revision, withImages }: { studyUid: string; revision: number; withImages: boolean }) {
  const analyses = useQuery({ queryKey: ['analyses', studyUid, revision], queryFn: ({ signal }) => api.analysesOf(studyUid, signal), placeholderData: (previous, query) => (query?.queryKey[1] === studyUid ? previous : undefined) });
  return (
    <section aria-label="What AI says" className="mt-4">
      <h3 className="mb-2 flex items-center gap-2 font-medium">
        What AI says <AiBadge>Not accepted yet</AiBadge>
      </h3>
      {analyses.isPending && <Skeleton className="h-20" />}
      {analyses.error && <p className="text-muted">{problemOf(analyses.error).text}</p>}
      {analyses.data?.length === 0 && <p className="text-muted">No model looked at this study. It stands where it would without AI.</p>}
      <ul className="flex flex-col gap-2">
        {analyses.data?.map((analysis) => (
          <li key={analysis.id} className="rounded-md border border-line">
            <AnalysisCard analysis={analysis} studyUid={studyUid} withImages={withImages} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const ANSWERED = new Set(['final', 'provisional']);

export function analysisWords(analysis: AnalysisView): string {
  switch (analysis.status) {
    case 'queued':
      return 'Waiting for the edge node.';
    case 'running':
      return 'Looking now.';
    case 'provisional':
    case 'final':
      return analysis.findings.length === 0 ? 'Looked, and found nothing above its threshold. That is not the same as normal.' : '';
    case 'failed':
      return `Failed: ${sentenceOf(analysis.reason?.text ?? 'no reason given')} The study ranks as not analysed.`;
    case 'refused':
      return `Refused: ${sentenceOf(analysis.reason?.text ?? 'no reason given')} The study ranks as not analysed.`;
    case 'cancelled':
      return 'Cancelled.';
    default:
      return analysis.status satisfies never;
  }
}

/** Reasons come as words from models and rules, and as sentences where they say what to do. */
function sentenceOf(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

function AnalysisCard({ analysis, studyUid, withImages }: { analysis: AnalysisView; studyUid: string; withImages: boolean }) {
  const words = analysisWords(analysis);
  return (
    <>
      {analysis.findings.map((finding) => (
        <div key={finding.id} className="flex gap-3 border-b border-line p-2">
          {withImages && <Thumbnail studyUid={studyUid} seriesUid={analysis.seriesUid} sopInstanceUid={finding.sopInstanceUid} label={finding.label} />}
          <div className="min-w-0 flex-1">
            <p className="flex items-start gap-1.5 font-medium text-ai">
              <span className="pt-[3px]">
                <SeverityShape state={finding.severity} />
              </span>
              {finding.label}
              {finding.side === null ? '' : `, ${finding.side}`}
            </p>
            <p className="nums">{confidenceText(finding.confidence, finding.uncertainty)}</p>
            {finding.measurements?.map((measurement) => (
              <p key={measurement.label} className="nums">
                {measurementText(measurement)}
              </p>
            ))}
            <p className={cx('text-xs', SEVERITY_LOOK[finding.severity].text)}>
              {SEVERITY_LOOK[finding.severity].word} · image {finding.sliceIndex + 1}
            </p>
          </div>
        </div>
      ))}
      {words !== '' && <p className={cx('border-b border-line p-2', ANSWERED.has(analysis.status) ? 'text-text' : 'text-muted')}>{words}</p>}
      <QualityWarnings quality={analysis.quality} className="border-b border-line p-2" />
      <p className="px-2 py-1.5 text-xs text-muted">
        {analysis.model.id} {analysis.model.version}
        {analysis.provider !== null && ` · ran on ${analysis.provider.toUpperCase()}`}
        {analysis.status === 'provisional' && ' · provisional, images still arrive'}
        {analysis.role === 'shadow' && ' · shadow, counts for nothing'}
      </p>
    </>
  );
}
