import { expect, test } from 'vitest';
import { enrolProof, linkProof, plainCode, publicKeySchema, readUploadAuthorization, rotationProof, uploadAuthorization, uploadProof } from './auth.ts';

test('a signature for one purpose says nothing else', () => {
  const texts = [linkProof('x'), uploadProof('x'), rotationProof('x', 'x'), enrolProof('x', 'x')];
  expect(new Set(texts.map((text) => text.split('\n')[0])).size).toBe(texts.length);
});

test('a code is the same however it is typed', () => {
  expect(plainCode(' abcd-efgh 2345\n')).toBe('ABCDEFGH2345');
  expect(enrolProof('abcd-2345', 'k')).toBe(enrolProof('ABCD2345', 'k'));
});

test('an upload’s header is read back, and nothing else is one', () => {
  const proof = { keyId: 'a'.repeat(64), signature: `${'-_b'.repeat(28)}bb` };
  expect(readUploadAuthorization(uploadAuthorization(proof))).toEqual(proof);
  for (const header of ['', 'Bearer x', `Readroom-Ed25519 ${'A'.repeat(64)}.${'b'.repeat(86)}`, `${uploadAuthorization(proof)} `]) expect(readUploadAuthorization(header)).toBeNull();
});

test('only an Ed25519 public key is one', () => {
  expect(publicKeySchema.safeParse(`MCowBQYDK2VwAyEA${'a'.repeat(43)}`).success).toBe(true);
  // X25519 differs in one byte of its algorithm.
  expect(publicKeySchema.safeParse(`MCowBQYDK2VuAyEA${'a'.repeat(43)}`).success).toBe(false);
  expect(publicKeySchema.safeParse(`MCowBQYDK2VwAyEA${'a'.repeat(44)}`).success).toBe(false);
});
