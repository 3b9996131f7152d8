import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { VersionText } from '@readroom/shared/report/report-view';
import { fontRuns } from './fonts.ts';
import { renderPdf } from './pdf.ts';
import type { PrintedReport } from './pdf.ts';

const head = { version: 1, kind: 'final', hash: 'ab'.repeat(32), signedBy: { id: 'u1', name: 'Dr Ælfgifu Łąka' }, signedAt: 1_767_225_600_000 } as const;

function printed(changes: Partial<VersionText> = {}, study: Partial<PrintedReport['study']> = {}): PrintedReport {
  return {
    hospital: 'St Example Hospital',
    study: {
      description: 'CT head',
      modality: 'CT',
      bodyPart: 'HEAD',
      accessionNumber: 'A-42',
      studyDateTime: '2026-01-01T10:00:00',
      referringPhysician: 'HOUSE^GREGORY',
      synthetic: false,
      patientSex: 'F',
      ...study,
    },
    version: {
      ...head,
      report: head,
      studyUid: '1.2.3',
      patient: { id: 'MRN-1', name: 'DOE^JANE', birthDate: '1980-02-03' },
      sections: [
        { name: 'indication', paragraphs: ['Fall.'], authored: [] },
        { name: 'comparison', paragraphs: [], authored: [] },
        { name: 'findings', paragraphs: ['No haemorrhage.', '', 'Πνεύμων. Лёгкие. Zażółć gęślą jaźń.'], authored: [] },
        { name: 'impression', paragraphs: ['Normal.'], authored: [] },
      ],
      addenda: [],
      ...changes,
    },
  };
}

/** What a reader gets out of the file, by poppler (`pdftotext`). */
function textOf(bytes: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'readroom-pdf-'));
  try {
    const file = join(folder, 'report.pdf');
    writeFileSync(file, bytes);
    return execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the print names the hospital, the patient by two identifiers, the study, the signer and the hash', async () => {
  const text = textOf((await renderPdf(printed())).bytes);
  for (const word of ['St Example Hospital', 'DOE, JANE', 'MRN-1', '1980-02-03', 'CT head', 'A-42', 'HOUSE, GREGORY', 'Dr Ælfgifu Łąka', '2026-01-01 00:00:00 UTC', head.hash]) expect(text).toContain(word);
  expect(text).not.toContain('SYNTHETIC');
  expect(text).not.toContain('no glyphs');
});

test('Latin with its marks, Greek and Cyrillic come out as they were typed', async () => {
  expect(textOf((await renderPdf(printed())).bytes)).toContain('Πνεύμων. Лёгкие. Zażółć gęślą jaźń.');
});

test('the same version gives the same bytes and another version gives others', async () => {
  const [one, two] = [await renderPdf(printed()), await renderPdf(printed())];
  expect(one.bytes.equals(two.bytes)).toBe(true);
  expect(one.sha256).toBe(two.sha256);
  const other = await renderPdf(printed({ sections: [{ name: 'findings', paragraphs: ['Haemorrhage.'], authored: [] }] }));
  expect(other.sha256).not.toBe(one.sha256);
});

test('Hebrew and Arabic names have their own glyphs', async () => {
  const text = textOf((await renderPdf(printed({ patient: { id: '1', name: 'COHEN^DAN=כהן^דן', birthDate: null } }))).bytes);
  expect(text).toMatch(/כהן|ןהכ/);
  expect(fontRuns('محمد', 400)).toEqual({ runs: [{ font: 'noto-arabic-400', text: 'محمد' }], missing: [] });
});

test('ideographic, phonetic and Hangul names are printed, each component group', async () => {
  const text = textOf((await renderPdf(printed({ patient: { id: '1', name: 'YAMADA^TAROU=山田^太郎=やまだ^たろう', birthDate: '1970-01-01' } }))).bytes);
  for (const name of ['YAMADA, TAROU', '山田, 太郎', 'やまだ, たろう']) expect(text).toContain(name);
  expect(text).not.toContain('no glyphs');
  expect(textOf((await renderPdf(printed({ patient: { id: '1', name: '김^하윤', birthDate: null } }))).bytes)).toContain('김, 하윤');
});

test('a character no font has is never dropped: its code point stands there, the print says so, and the other groups are beside it', async () => {
  const text = textOf((await renderPdf(printed({ patient: { id: '1', name: 'YOSHIDA^JIROU=𠮷田^次郎', birthDate: '1970-01-01' } }))).bytes);
  expect(text).toContain('YOSHIDA, JIROU');
  expect(text).toContain('[U+20BB7]田, 次郎');
  expect(text).toContain('This print has no glyphs for U+20BB7.');
});

test('addenda follow the signed text with their own author, signer and hash', async () => {
  const addendum = { version: 2, paragraphs: ['Also a fracture.'], author: { id: 'u2', name: 'Dr Late' }, signedBy: { id: 'u1', name: 'Dr Signer' }, signedAt: head.signedAt, hash: 'cd'.repeat(32) };
  const text = textOf((await renderPdf(printed({ version: 2, kind: 'addendum', addenda: [addendum] }))).bytes);
  for (const word of ['Addendum 1', 'Also a fracture.', 'Dr Late', 'Dr Signer', 'cd'.repeat(32)]) expect(text).toContain(word);
  expect(text.indexOf('Normal.')).toBeLessThan(text.indexOf('Addendum 1'));
});

test('a synthetic study and a preliminary report say so', async () => {
  const text = textOf((await renderPdf(printed({ report: { ...head, kind: 'preliminary' } }, { synthetic: true }))).bytes);
  expect(text).toContain('SYNTHETIC DATA');
  expect(text).toContain('PRELIMINARY REPORT');
  expect(text).toContain('Issued by');
});

test('a long report runs over pages, each with the identifiers and its number, and loses no word', async () => {
  const paragraphs = Array.from({ length: 150 }, (_, index) => `Paragraph ${index} with enough words to wrap over the end of one line of the page, as findings often do.`);
  const text = textOf((await renderPdf(printed({ sections: [{ name: 'findings', paragraphs, authored: [] }] }))).bytes);
  for (let index = 0; index < paragraphs.length; index += 1) expect(text).toContain(`Paragraph ${index} `);
  const pages = text.split('\f').filter((page) => page.trim() !== '');
  expect(pages.length).toBeGreaterThan(2);
  for (const [index, page] of pages.entries()) expect(page).toMatch(new RegExp(`DOE, JANE.*MRN-1[\\s\\S]*page ${index + 1} of ${pages.length}`));
});

test('a word longer than the line is cut, not lost', async () => {
  const text = textOf((await renderPdf(printed({ sections: [{ name: 'findings', paragraphs: ['x'.repeat(400)], authored: [] }] }))).bytes);
  expect([...text].filter((character) => character === 'x').length).toBeGreaterThanOrEqual(400);
});
