import type { HospitalClient } from '@readroom/db';
import { trimParagraphs } from '@readroom/shared/report/canonical';
import { SECTIONS } from '@readroom/shared/report/report';
import type { CanonicalReport, Section } from '@readroom/shared/report/report';
import type { LateEdit, SectionDiff } from '@readroom/shared/report/report-view';
import { diffText } from '@readroom/shared/report/text-diff';
import { z } from 'zod';

type LateRow = Awaited<ReturnType<HospitalClient['quarantine']['findMany']>>[number];

const paragraphs = z.array(z.string());
const textsSchema = z.object({ indication: paragraphs, comparison: paragraphs, findings: paragraphs, impression: paragraphs });
const DISMISSED = 'dismissed: ';

/** A quarantined edit as a person reads it: what it would change in the signed text, and its words as an addendum. */
export function lateEditOf(row: LateRow, signed: CanonicalReport | null): LateEdit {
  const texts = textsSchema.parse(row.proposal);
  const before = (section: Section): string => signed?.sections.find((one) => one.name === section)?.paragraphs.join('\n') ?? '';
  const changes = SECTIONS.map((section) => ({ section, parts: diffText(before(section), trimParagraphs(texts[section]).join('\n')) }));
  const changed = changes.filter(({ parts }) => parts.some((part) => part.kind !== 'same'));
  return {
    id: row.id,
    author: { id: row.authorId, name: row.authorName },
    at: row.at.getTime(),
    changes: changed,
    suggestion: changed.map(suggest).join('\n'),
    resolution: resolutionOf(row),
  };
}

/**
 * The paragraphs the edit touched, as it left them: a word alone says nothing ("no" struck out), its sentence does. Text it only
 * took out is named as taken out, because an addendum can't delete.
 */
function suggest({ section, parts }: SectionDiff): string {
  const title = section.slice(0, 1).toUpperCase() + section.slice(1);
  const after = linesOf(parts.filter((part) => part.kind !== 'removed'));
  const touched = after.filter((line) => line.touched && line.text.trim() !== '').map((line) => line.text);
  const removed = parts.filter((part) => part.kind === 'removed' && part.text.trim() !== '').map((part) => `"${part.text.trim()}"`);
  if (touched.length > 0) return `${title}: ${touched.join('\n')}`;
  return `${title}: to be taken out: ${removed.join(', ')}`;
}

function linesOf(parts: SectionDiff['parts']): { text: string; touched: boolean }[] {
  const lines = [{ text: '', touched: false }];
  for (const part of parts) {
    for (const [index, piece] of part.text.split('\n').entries()) {
      if (index > 0) lines.push({ text: '', touched: false });
      const last = lines.at(-1);
      if (!last) continue;
      last.text += piece;
      last.touched ||= part.kind === 'added' && piece.trim() !== '';
    }
  }
  return lines;
}

function resolutionOf(row: LateRow): LateEdit['resolution'] {
  if (row.resolution === null || row.resolvedBy === null || row.resolvedAt === null) return null;
  const dismissed = row.resolution.startsWith(DISMISSED);
  return {
    outcome: dismissed ? 'dismissed' : 'accepted',
    by: row.resolvedBy,
    at: row.resolvedAt.getTime(),
    reason: dismissed ? row.resolution.slice(DISMISSED.length) : null,
  };
}
