import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareRanked } from '../priority/rank.ts';
import type { WorklistPatch } from './events.ts';
import { maskItem, maskPage, maskPatch } from './mask.ts';
import { appendPage, applyPatch, isBehind, type WorklistView } from './patch.ts';
import type { WorklistItem } from './worklist-item.ts';

function row(study: number, sortKey: number, revision: number): WorklistItem {
  return {
    studyUid: `1.${study}`, studyId: '00000000-0000-4000-8000-000000000000', patientName: { alphabetic: '<b>A^B</b>' }, patientId: 'P', birthDate: '1960-01-01', sex: 'F', accessionNumber: 'A',
    modality: 'CT', bodyPart: 'HEAD', description: '', institution: '', class: null, synthetic: true, receivedAt: 0, studyDateTime: null, arrival: 'complete', imageCount: 1,
    tier: sortKey % 2 === 0 ? 1 : 2, sortKey, dueAt: 0, reasons: [], ai: 'clear', topFinding: null, analyses: [], openAlerts: 0, status: 'unread', assignedTo: null, override: null, overdueAt: null, aside: null, revision,
  };
}

/** The gateway's side as a model: each revision sets one study's sort key, or takes the study off the list (null). */
type Change = { readonly study: number; readonly sortKey: number | null };
const arbChanges = fc.array(fc.record({ study: fc.integer({ min: 1, max: 6 }), sortKey: fc.option(fc.integer({ min: 0, max: 9 }), { freq: 4 }) }), { maxLength: 25 });

function listAt(changes: readonly Change[], rev: number): WorklistItem[] {
  const rows = new Map<number, WorklistItem>();
  changes.slice(0, rev).forEach(({ study, sortKey }, n) => {
    if (sortKey === null) rows.delete(study);
    else rows.set(study, row(study, sortKey, n + 1));
  });
  return [...rows.values()].sort(compareRanked);
}

/** As the gateway reads it: the rows that revisions after `prev` touched, as they stand at `rev`. */
function patchBetween(changes: readonly Change[], prev: number, rev: number): WorklistPatch {
  const touched = new Set(changes.slice(prev, rev).map(({ study }) => `1.${study}`));
  const now = listAt(changes, rev);
  const upserts = now.filter(({ studyUid }) => touched.has(studyUid));
  return { organisation: 'o', prev, rev, upserts, removed: [...touched].filter((uid) => !now.some(({ studyUid }) => studyUid === uid)) };
}

function viewAt(changes: readonly Change[], rev: number): WorklistView {
  return { revision: rev, items: listAt(changes, rev), more: false };
}

describe('a held list', () => {
  test('follows any cut of the revisions into patches to exactly the list of the head', () => {
    fc.assert(
      fc.property(arbChanges, fc.array(fc.nat(25), { maxLength: 8 }), (changes, cuts) => {
        const steps = [...new Set([0, ...cuts.map((cut) => Math.min(cut, changes.length)), changes.length])].sort((a, b) => a - b);
        let view = viewAt(changes, 0);
        for (let n = 1; n < steps.length; n += 1) {
          const outcome = applyPatch(view, patchBetween(changes, steps[n - 1]!, steps[n]!));
          if (outcome.kind !== 'applied') throw new Error(outcome.kind);
          view = outcome.view;
          expect(view).toEqual(viewAt(changes, steps[n]!));
        }
      }),
    );
  });

  test('takes whatever it is given in whatever order, and is either right for its revision or knows of the gap', () => {
    fc.assert(
      fc.property(arbChanges, fc.array(fc.tuple(fc.nat(25), fc.nat(25)), { maxLength: 12 }), (changes, spans) => {
        let view = viewAt(changes, 0);
        for (const [a, b] of spans) {
          const [prev, rev] = [Math.min(a, b, changes.length), Math.min(Math.max(a, b), changes.length)];
          const outcome = applyPatch(view, patchBetween(changes, prev, rev));
          if (outcome.kind === 'gap') expect(prev).toBeGreaterThan(view.revision);
          if (outcome.kind === 'old') expect(rev).toBeLessThanOrEqual(view.revision);
          if (outcome.kind === 'applied') view = outcome.view;
          expect(view).toEqual(viewAt(changes, view.revision));
        }
      }),
    );
  });

  test('held in part is always a beginning of the whole list, and the next page makes no hole', () => {
    fc.assert(
      fc.property(arbChanges, fc.integer({ min: 1, max: 4 }), fc.nat(25), (changes, size, from) => {
        const start = Math.min(from, changes.length);
        const first = listAt(changes, start);
        const view: WorklistView = { revision: start, items: first.slice(0, size), more: first.length > size };
        const outcome = applyPatch(view, patchBetween(changes, start, changes.length));
        const after = outcome.kind === 'applied' ? outcome.view : view;
        const whole = listAt(changes, changes.length);
        expect(after.items).toEqual(whole.slice(0, after.items.length));
        if (!after.more) expect(after.items).toEqual(whole);
        const last = after.items.at(-1);
        const rest = whole.filter((item) => !last || compareRanked(item, last) > 0);
        expect(appendPage(after, { items: rest, nextCursor: null })).toEqual({ ...after, items: whole, more: false });
      }),
    );
  });

  test('a row that no longer matches the filter leaves, one that begins to match comes', () => {
    const view: WorklistView = { revision: 1, items: [row(1, 2, 1)], more: false };
    const isCt = (item: WorklistItem): boolean => item.modality === 'CT';
    const patch = { organisation: 'o', prev: 1, rev: 2, removed: [], upserts: [{ ...row(1, 2, 2), modality: 'MR' }, row(2, 4, 2)] };
    const outcome = applyPatch(view, patch, isCt);
    expect(outcome.kind === 'applied' && outcome.view.items.map((item) => item.studyUid)).toEqual(['1.2']);
  });

  test('knows from a head that it is behind', () => {
    const view: WorklistView = { revision: 3, items: [], more: false };
    expect([isBehind(view, { rev: 3 }), isBehind(view, { rev: 4 })]).toEqual([false, true]);
  });
});

test('the masked list tells no name, id, birth date or accession number, and keeps every place', () => {
  const item = row(1, 2, 1);
  const masked = maskItem(item);
  expect(masked).toMatchObject({ patientName: null, patientId: null, birthDate: null, accessionNumber: null, sortKey: 2, studyUid: '1.1' });
  expect(maskPage({ items: [item], nextCursor: null, revision: 1 }).items).toEqual([masked]);
  expect(maskPatch({ organisation: 'o', prev: 0, rev: 1, upserts: [item], removed: ['1.9'] })).toMatchObject({ upserts: [masked], removed: ['1.9'] });
});
