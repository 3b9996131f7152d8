'use client';

import { useState } from 'react';
import type { FindingView } from '@readroom/shared/finding/analysis-view';
import type { Series } from '@readroom/shared/study/study';
import { useKeys } from '../../keys/keys.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice, Skeleton } from '../../ui/states/states.tsx';
import { presetsFor } from '../engine/window-presets.ts';
import type { ToolName } from '../engine/viewport-tools.ts';
import { AiOverlay } from '../overlay/ai-overlay.tsx';
import { marksOn } from '../overlay/geometry.ts';
import { ToolBar } from './tool-bar.tsx';
import { useStack, type Stack, type Target } from './use-stack.ts';
import { viewerBindings } from './viewer-keys.ts';

export interface ViewportProps {
  studyUid: string;
  series: Series | null;
  target: Target | null;
  findings: readonly FindingView[];
}

/** The image with what AI marked on it. Client only: Cornerstone needs a browser. */
export function Viewport({ studyUid, series, target, findings }: ViewportProps) {
  const stack = useStack(studyUid, series, target);
  const [tool, setTool] = useState<ToolName>('window');
  const [marksShown, setMarksShown] = useState(true);
  const presets = presetsFor(series?.modality ?? '');
  const choose = (next: ToolName) => {
    setTool(next);
    stack.view?.choose(next);
  };
  const toggleMarks = () => setMarksShown((shown) => !shown);
  useKeys(viewerBindings({ view: stack.view, presets, choose, toggleMarks }));
  const picture = stack.pictures[stack.facts.index];
  const marks = picture ? marksOn(findings, picture.sopInstanceUid, picture.frameNumber) : [];
  return (
    <div className="flex h-full min-h-0 flex-col">
      <ToolBar tool={tool} presets={presets} view={stack.view} marksShown={marksShown} marksTotal={findings.reduce((sum, finding) => sum + finding.marks.length, 0)} onTool={choose} onMarks={toggleMarks} />
      <div className="relative min-h-0 flex-1 bg-black" onContextMenu={(event) => event.preventDefault()}>
        <div ref={stack.element} data-viewport="stack" data-image-index={stack.facts.index} data-drawn={stack.facts.affine !== null} className="absolute inset-0" />
        {marksShown && stack.facts.affine !== null && marks.length > 0 && <AiOverlay marks={marks} affine={stack.facts.affine} size={stack.facts.size} />}
        <CornerFacts stack={stack} series={series} />
        <Cover stack={stack} series={series} />
      </div>
    </div>
  );
}

/** Number of the image and window in the corners; quiet, tabular, off the anatomy. */
function CornerFacts({ stack, series }: { stack: Stack; series: Series | null }) {
  const { facts, pictures } = stack;
  if (facts.affine === null) return null;
  return (
    <div className="nums pointer-events-none absolute inset-x-2 bottom-1.5 flex justify-between text-xs text-muted [text-shadow:0_1px_2px_black]">
      <span>
        {series?.seriesNumber !== null && series?.seriesNumber !== undefined && `Series ${series.seriesNumber} · `}Image {facts.index + 1} of {pictures.length}
      </span>
      {facts.window !== null && (
        <span>
          W {Math.round(facts.window.width)} L {Math.round(facts.window.center)}
        </span>
      )}
    </div>
  );
}

function Cover({ stack, series }: { stack: Stack; series: Series | null }) {
  const problem = stack.problem ?? stack.facts.problem;
  if (series === null) return <Notice kind="empty" title="No images to show" className="absolute inset-0">This study holds no series with pixels yet. Images appear as they arrive.</Notice>;
  if (problem !== null) {
    return (
      <Notice kind="problem" title={problem.title} className="absolute inset-0 bg-black/80" action={problem.again ? <Button onClick={stack.retry}>Try again</Button> : undefined}>
        {problem.text}
      </Notice>
    );
  }
  return stack.loading ? (
    <div className="absolute inset-0 grid place-items-center" role="status">
      <Skeleton className="aspect-square h-1/2 max-w-1/2 animate-pulse rounded-full opacity-40" />
      <span className="sr-only">Loading images from the edge node</span>
    </div>
  ) : null;
}
