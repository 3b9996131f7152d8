import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../canonical-json.ts';
import { canonicalAddendum, canonicalReport, trimParagraphs } from './canonical.ts';
import type { ReportSubject } from './canonical.ts';
import { proposalFor } from './proposal.ts';
import type { SectionTexts } from './report.ts';

const subject: ReportSubject = {
  studyUid: '1.2.3',
  patientId: 'P1',
  patientName: { alphabetic: 'Yamada^Tarou', ideographic: '山田^太郎' },
  birthDate: '1970-01-01',
};
const texts: SectionTexts = { indication: [], comparison: [], findings: ['Clear.', ''], impression: ['Normal.'] };
const finding = { id: 'f1', code: 'pneumonia', label: 'Pneumonia', side: null, severity: 'urgent' as const, confidence: 0.9, sopInstanceUid: '1.2', sliceIndex: 0, marks: [] };

test('RFC 8785 section 3.2.4: the published example comes out byte for byte', () => {
  const value = {
    numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\\"\/',
    literals: [null, true, false],
  };
  const hex = Buffer.from(canonicalJson(value), 'utf8').toString('hex');
  const expected =
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}';
  expect(hex).toBe(Buffer.from(expected, 'utf8').toString('hex'));
});

test('RFC 8785 section 3.2.3: members are sorted by UTF-16 code units', () => {
  const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
  const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
  expect(Object.keys(JSON.parse(text) as object).filter((key) => key !== '1')).toEqual(['\r', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33']);
  expect(text.startsWith('{"\\r":0,"1":0,')).toBe(true);
});

test('what JSON cannot say is an error, not a guess', () => {
  for (const value of [NaN, Infinity, undefined, '\ud800', { a: undefined }, () => 0]) expect(() => canonicalJson(value)).toThrow(TypeError);
});

test('any JSON value survives, and the order of members does not matter', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const wellFormed = JSON.parse(JSON.stringify(value).replaceAll(/\\ud[89a-f][0-9a-f]{2}/g, '')) as unknown;
      const text = canonicalJson(wellFormed);
      expect(JSON.parse(text)).toEqual(wellFormed);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});

test('[RP2] every word, the patient and every accepted finding change the canonical text', () => {
  const proposal = proposalFor({ model: { id: 'cxr', version: '1' }, finding });
  const base = canonicalJson(canonicalReport(subject, texts, [proposal]));
  const variants = [
    canonicalReport({ ...subject, studyUid: '1.2.4' }, texts, [proposal]),
    canonicalReport({ ...subject, patientId: 'P2' }, texts, [proposal]),
    canonicalReport({ ...subject, patientName: { alphabetic: 'Yamada^Tarou', ideographic: '山田^次郎' } }, texts, [proposal]),
    canonicalReport({ ...subject, birthDate: null }, texts, [proposal]),
    canonicalReport(subject, { ...texts, findings: ['Clear'] }, [proposal]),
    canonicalReport(subject, { ...texts, findings: ['Cle', 'ar.'] }, [proposal]),
    canonicalReport(subject, { ...texts, findings: [], indication: ['Clear.'] }, [proposal]),
    canonicalReport(subject, texts, [{ ...proposal, status: 'accepted' }]),
  ].map(canonicalJson);
  expect(new Set([base, ...variants]).size).toBe(variants.length + 1);
});

test('[RP2] an empty last paragraph is cursor room and not part of the text', () => {
  expect(canonicalReport(subject, texts, [])).toEqual(canonicalReport(subject, { ...texts, findings: ['Clear.'], comparison: [' '] }, []));
  expect(trimParagraphs(['', ' ', 'a', '', 'b', ''])).toEqual(['a', '', 'b']);
});

test('a lone surrogate in typed text becomes the replacement character and still hashes', () => {
  const report = canonicalReport(subject, { ...texts, findings: ['a\ud800'] }, []);
  expect(canonicalJson(report)).toContain('a\ufffd');
});

test('an addendum says what it amends, who wrote it and keeps its paragraphs', () => {
  const addendum = canonicalAddendum({ subject, amends: 'a'.repeat(64), author: { id: 'u1', name: 'Dr A' }, text: 'One.\r\nTwo.\n' });
  expect(addendum.paragraphs).toEqual(['One.', 'Two.']);
  expect(addendum).toMatchObject({ kind: 'addendum', amends: 'a'.repeat(64), author: { id: 'u1' } });
});
