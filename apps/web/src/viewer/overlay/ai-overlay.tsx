'use client';

import type { FindingView } from '@readroom/shared/finding/analysis-view';
import type { Mark } from '@readroom/shared/finding/finding';
import { confidenceText } from '@readroom/shared/finding/confidence';
import { boxSizeText } from '@readroom/shared/measure/box';
import { cx } from '../../ui/cx.ts';
import { AiIcon } from '../../ui/icons.ts';
import { SEVERITY_LOOK } from '../../ui/marks/severity.tsx';
import { labelPlace, pathOf, screenOutline, type Affine } from './geometry.ts';

export interface OverlayProps {
  /** The marks of the frame on screen. */
  marks: readonly { readonly finding: FindingView; readonly mark: Mark }[];
  affine: Affine;
  size: { readonly width: number; readonly height: number };
}

const STROKE = { critical: 'stroke-critical', urgent: 'stroke-urgent', routine: 'stroke-routine' } as const;
const LABEL_HEIGHT_PX = 22;
/** Room for the words, and for a size where there is one. */
const labelWidthPx = (mark: Mark): number => (mark.size === undefined ? 300 : 420);

/**
 * What AI marked, drawn over the image and locked to it. A detection is a box; where a classifier looked is a dashed
 * outline and says so, for it claims no more. A refused finding is no longer drawn.
 */
export function AiOverlay({ marks, affine, size }: OverlayProps) {
  const shown = marks.filter(({ finding }) => finding.feedback?.verdict !== 'refuse').map(({ finding, mark }) => ({ finding, mark, outline: screenOutline(mark, affine) }));
  return (
    <div className="pointer-events-none absolute inset-0 overflow-hidden" data-overlay="ai">
      <svg width={size.width} height={size.height} className="absolute inset-0" role="img" aria-label={`${shown.length} ${shown.length === 1 ? 'mark' : 'marks'} of AI on this image`}>
        {shown.map(({ finding, mark, outline }, index) => (
          <g key={`${finding.id}-${index}`} data-mark={mark.kind} data-finding={finding.id} className="fill-none">
            {/* A dark line under the coloured one keeps it visible on bone and on air. */}
            <path d={pathOf(outline)} className={mark.kind === 'attention' ? 'stroke-black/40' : 'stroke-black/70'} strokeWidth="3.5" strokeLinejoin="round" />
            <path d={pathOf(outline)} className={STROKE[finding.severity]} strokeWidth="1.75" strokeLinejoin="round" strokeDasharray={mark.kind === 'attention' ? '6 4' : undefined} />
          </g>
        ))}
      </svg>
      {shown.map(({ finding, mark, outline }, index) => {
        const place = labelPlace(outline, size, { width: labelWidthPx(mark), height: LABEL_HEIGHT_PX });
        return <MarkLabel key={`${finding.id}-${index}`} finding={finding} mark={mark} x={place.x} y={place.y} />;
      })}
    </div>
  );
}

const TONE = { critical: 'border-critical', urgent: 'border-urgent', routine: 'border-routine' } as const;

function MarkLabel({ finding, mark, x, y }: { finding: FindingView; mark: Mark; x: number; y: number }) {
  const word = mark.kind === 'attention' ? `${finding.label}: attention, no detection` : finding.label;
  return (
    <span style={{ transform: `translate(${x}px, ${y}px)`, maxWidth: labelWidthPx(mark) + 60 }} className={cx('absolute top-0 left-0 inline-flex h-[22px] items-center gap-1.5 rounded-sm border-l-2 bg-black/75 px-1.5 text-xs whitespace-nowrap text-ai', TONE[finding.severity])}>
      <AiIcon size={12} aria-hidden="true" />
      <span className="truncate">{word}</span>
      <span className={SEVERITY_LOOK[finding.severity].text}>{SEVERITY_LOOK[finding.severity].word}</span>
      <span className="nums">{confidenceText(mark.confidence, null)}</span>
      {mark.size !== undefined && <span className="nums">{boxSizeText(mark.size)}</span>}
    </span>
  );
}
