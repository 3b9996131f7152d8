import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbItem } from '@readroom/shared/worklist/testing/arbitrary';
import { worklistItemSchema } from '@readroom/shared/worklist/worklist-item';
import { storedItem } from './stored-item.ts';

test('a stored row reads as the schema reads it, one from before overrides and hard limits too', () => {
  fc.assert(
    fc.property(arbItem(1), fc.boolean(), (item, isOld) => {
      const { override: _override, overdueAt: _overdueAt, ...old } = item;
      const stored = JSON.parse(JSON.stringify(isOld ? old : item));
      expect(storedItem(stored)).toEqual(worklistItemSchema.parse(stored));
    }),
  );
});

test('every field with a default has it', () => {
  const defaulted = Object.entries(worklistItemSchema.shape).filter(([, field]) => field.safeParse(undefined).success).map(([name]) => name);
  const { override: _override, overdueAt: _overdueAt, ...old } = fc.sample(arbItem(1), 1)[0]!;
  expect(Object.keys(storedItem(old))).toEqual(expect.arrayContaining(defaulted));
});
