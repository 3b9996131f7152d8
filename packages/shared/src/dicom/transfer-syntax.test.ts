import { expect, test } from 'vitest';
import { TRANSFER_SYNTAXES, preferredTransferSyntax, transferSyntax } from './transfer-syntax.ts';

const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.70';
const JPEG_BASELINE = '1.2.840.10008.1.2.4.50';
const EXPLICIT = '1.2.840.10008.1.2.1';

test.each([
  ['the sender’s first, which is what it holds', [JPEG_LOSSLESS, EXPLICIT], JPEG_LOSSLESS],
  ['the sender’s first the other way round', [EXPLICIT, JPEG_LOSSLESS], EXPLICIT],
  ['nothing lossy while there is another', [JPEG_BASELINE, EXPLICIT], EXPLICIT],
  ['lossy when that is all there is', [JPEG_BASELINE], JPEG_BASELINE],
  ['a known one behind an unknown one', ['1.2.3', EXPLICIT], EXPLICIT],
])('chooses %s', (_what, offered, expected) => {
  expect(preferredTransferSyntax(offered)?.uid).toBe(expected);
});

test('chooses nothing it does not know', () => {
  expect(preferredTransferSyntax(['1.2.3', ''])).toBeNull();
  expect(preferredTransferSyntax([])).toBeNull();
});

test('every syntax is listed once, and encapsulated ones are explicit VR (PS3.5 A.4)', () => {
  expect(new Set(TRANSFER_SYNTAXES.map(({ uid }) => uid)).size).toBe(TRANSFER_SYNTAXES.length);
  for (const syntax of TRANSFER_SYNTAXES) if (syntax.encapsulated) expect(syntax.encoding).toBe('explicit-le');
  expect(transferSyntax('1.2.840.10008.1.2.2')?.encoding).toBe('explicit-be');
});
