import { expect, test } from 'vitest';
import { isStorageSopClass, storageSopClassName } from './sop-class.ts';

test.each([
  ['1.2.840.10008.5.1.4.1.1.2', 'CT Image Storage'],
  ['1.2.840.10008.5.1.4.1.1.1.1', 'Digital X-Ray Image - For Presentation Storage'],
  ['1.2.840.10008.5.1.4.1.1.88.34', 'Comprehensive 3D SR Storage'],
  ['1.2.840.10008.5.1.4.34.7', 'RT Beams Delivery Instruction Storage'],
  ['1.2.840.10008.5.1.4.1.1.99999', null],
  ['1.3.12.2.1107.5.9.1', null],
])('%s is called %s, and is kept', (uid, name) => {
  expect(storageSopClassName(uid)).toBe(name);
  expect(isStorageSopClass(uid)).toBe(true);
});

test.each([
  ['Verification', '1.2.840.10008.1.1'],
  ['Study Root Query/Retrieve - FIND', '1.2.840.10008.5.1.4.1.2.2.1'],
  ['Modality Performed Procedure Step', '1.2.840.10008.3.1.2.3.3'],
  ['Storage Commitment Push Model', '1.2.840.10008.1.20.1'],
  ['Protocol Approval - FIND', '1.2.840.10008.5.1.4.1.1.200.4'],
  ['Hanging Protocol, which belongs to no study', '1.2.840.10008.5.1.4.38.1'],
])('%s is not storage of a study', (_what, uid) => {
  expect(isStorageSopClass(uid)).toBe(false);
});
