import type { Finding, Mark } from '@readroom/shared/finding/finding';
import { boxSize } from '@readroom/shared/measure/box';
import { spacingInPatient } from '@readroom/shared/measure/spacing';
import type { ImageHeader } from '../study/header.ts';
import type { ScoredImage } from './findings.ts';

/** The same findings, their boxes with their sides in the patient. A box whose image has no spacing in the patient gets none (law MS1). */
export function withSizes(findings: readonly Finding[], scored: readonly ScoredImage[], headers: readonly ImageHeader[]): Finding[] {
  const images = new Map(scored.map((image) => [image.sopInstanceUid, image]));
  const headerOf = new Map(headers.map((header) => [header.sopInstanceUid, header]));
  return findings.map((finding) => ({ ...finding, marks: finding.marks.map((mark) => sized(mark, images.get(mark.sopInstanceUid), headerOf.get(mark.sopInstanceUid))) }));
}

function sized(mark: Mark, scored: ScoredImage | undefined, header: ImageHeader | undefined): Mark {
  // An attention area is a hint of where the network looked: it has no size of anything.
  if (mark.kind !== 'box' || !scored || !header) return mark;
  const spacing = spacingInPatient(header);
  if (!spacing.ok) return mark;
  const size = boxSize(mark.box, scored.cell, spacing.value);
  return size.ok ? { ...mark, size: { widthMm: tenths(size.value.widthMm), heightMm: tenths(size.value.heightMm), uncertaintyMm: tenths(size.value.uncertaintyMm) } } : mark;
}

/** Never down to zero, which would be no size. */
const tenths = (mm: number): number => Math.max(0.1, Math.round(mm * 10) / 10);
