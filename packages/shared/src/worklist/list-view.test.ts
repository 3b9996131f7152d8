import { expect, test } from 'vitest';
import { completeView, DEFAULT_VIEW, listViewSchema } from './list-view.ts';

test('a stored view keeps its order, gains columns it does not know, and never hides whose study it is', () => {
  const columns = [{ id: 'ai' as const, shown: true, width: 200 }, { id: 'patient' as const, shown: false, width: null }, { id: 'ai' as const, shown: false, width: null }];
  const view = completeView({ columns, density: 'dense' });
  expect(view.columns.map(({ id }) => id)).toEqual(['ai', 'patient', 'severity', 'due', 'study', 'site', 'arrival', 'assigned', 'status']);
  expect(view.columns[0]?.shown).toBe(false);
  expect(view.columns[1]?.shown).toBe(true);
  expect(completeView(DEFAULT_VIEW)).toEqual(DEFAULT_VIEW);
});

test('a width outside its bounds, and a column nobody knows, are refused', () => {
  for (const column of [{ id: 'ai', shown: true, width: 47 }, { id: 'ai', shown: true, width: 641 }, { id: 'mood', shown: true, width: null }]) {
    expect(listViewSchema.safeParse({ columns: [column], density: null }).success).toBe(false);
  }
});
