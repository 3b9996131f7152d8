'use client';

import { useCallback, useMemo, useState } from 'react';
import type { FindingView } from '@readroom/shared/finding/analysis-view';
import type { Series } from '@readroom/shared/study/study';
import type { StudyView } from '../../lib/contract.ts';
import { firstSeries } from '../engine/stack.ts';
import type { Target } from './use-stack.ts';

/** The frame that proves a sentence: of a finding, or of a proposal in the report. */
export interface Evidence {
  readonly sopInstanceUid: string;
  readonly frameNumber: number;
}

const NO_FINDINGS: readonly FindingView[] = [];

function seriesOf(series: readonly Series[], sopInstanceUid: string): Series | null {
  return series.find((each) => each.instances.some((instance) => instance.sopInstanceUid === sopInstanceUid)) ?? null;
}

/** The finding's best mark on its best frame; models mark frames of their own choosing. */
export function evidenceOf(finding: FindingView): Evidence {
  const best = finding.marks.filter((mark) => mark.sopInstanceUid === finding.sopInstanceUid).sort((a, b) => b.confidence - a.confidence)[0];
  return { sopInstanceUid: finding.sopInstanceUid, frameNumber: best?.frameNumber ?? 1 };
}

/** Which series and frame are in view, driven by rail, strip and report alike. */
export function useReading({ series, analyses }: StudyView) {
  const findings = useMemo(() => {
    const live = analyses.filter((analysis) => analysis.role === 'active');
    const all = live.flatMap((analysis) => analysis.findings);
    return all.length === 0 ? NO_FINDINGS : all;
  }, [analyses]);
  const [chosen, setChosen] = useState<string | null>(null);
  const [target, setTarget] = useState<Target | null>(() => {
    const first = findings[0];
    return first ? { ...evidenceOf(first), nonce: 0 } : null;
  });
  const current = series.find((each) => each.seriesUid === chosen) ?? firstSeries(series, target?.sopInstanceUid ?? null);
  const showEvidence = useCallback(
    (evidence: Evidence) => {
      const home = seriesOf(series, evidence.sopInstanceUid);
      if (home) setChosen(home.seriesUid);
      setTarget((before) => ({ ...evidence, nonce: (before?.nonce ?? 0) + 1 }));
    },
    [series],
  );
  const showFinding = useCallback((finding: FindingView) => showEvidence(evidenceOf(finding)), [showEvidence]);
  const selectSeries = useCallback((next: Series) => {
    setChosen(next.seriesUid);
    setTarget(null);
  }, []);
  const marked = useMemo(() => new Set(findings.flatMap((finding) => seriesOf(series, finding.sopInstanceUid)?.seriesUid ?? [])), [findings, series]);
  return { series: current, target, findings, marked, showEvidence, showFinding, selectSeries };
}
