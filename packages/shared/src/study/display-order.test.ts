import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inDisplayOrder } from './display-order.ts';
import type { Placed } from './display-order.ts';

const AXIAL = [1, 0, 0, 0, 1, 0] as const;

function slice(uid: string, z: number, instanceNumber: number | null = null, orientation: Placed['orientation'] = AXIAL): Placed {
  return { sopInstanceUid: uid, instanceNumber, position: [10, 20, z], orientation };
}

function uids(instances: readonly Placed[]): string {
  return instances.map((instance) => instance.sopInstanceUid).join(' ');
}

test('slices lie along their normal, whatever they are numbered', () => {
  expect(uids(inDisplayOrder([slice('c', 5, 1), slice('a', -5, 2), slice('b', 0, 3)]))).toBe('a b c');
});

test('the normal of a sagittal series is its own', () => {
  const sagittal = [0, 1, 0, 0, 0, -1] as const;
  const at = (uid: string, x: number): Placed => ({ sopInstanceUid: uid, instanceNumber: null, position: [x, 0, 0], orientation: sagittal });
  // row (0,1,0) x column (0,0,-1) = (-1,0,0): towards the patient's right.
  expect(uids(inDisplayOrder([at('left', 10), at('right', -10)]))).toBe('left right');
});

test('a gantry tilt changes nothing about the order', () => {
  const tilted = [1, 0, 0, 0, 0.94, -0.34] as const;
  expect(uids(inDisplayOrder([slice('b', 5, 1, tilted), slice('a', 0, 2, tilted)]))).toBe('a b');
});

test('without a position, or with planes that are not parallel, the instance number decides', () => {
  const bare: Placed = { sopInstanceUid: 'x', instanceNumber: 1, position: null, orientation: null };
  expect(uids(inDisplayOrder([slice('b', 0, 3), slice('a', 5, 2), bare]))).toBe('x a b');
  expect(uids(inDisplayOrder([slice('b', 0, 2), slice('a', 5, 1, [0, 1, 0, 0, 0, -1])]))).toBe('a b');
});

test('places that are the same are ordered by number, numbers that are missing come last', () => {
  expect(uids(inDisplayOrder([slice('c', 0, null), slice('b', 0, 2), slice('a', 0, 1)]))).toBe('a b c');
});

test('the order does not depend on the order of arrival', () => {
  const instance = fc.record({
    sopInstanceUid: fc.uuid(),
    instanceNumber: fc.option(fc.integer({ min: 0, max: 5 })),
    position: fc.option(fc.tuple(fc.constant(0), fc.constant(0), fc.integer({ min: -3, max: 3 }))),
    orientation: fc.constant(AXIAL),
  });
  fc.assert(
    fc.property(fc.uniqueArray(instance, { maxLength: 12, selector: ({ sopInstanceUid }) => sopInstanceUid }), (instances) => {
      expect(uids(inDisplayOrder([...instances].reverse()))).toBe(uids(inDisplayOrder(instances)));
    }),
  );
});
