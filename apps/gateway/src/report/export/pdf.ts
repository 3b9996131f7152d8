import { createHash } from 'node:crypto';
import { displayName, parsePersonName } from '@readroom/shared/dicom/person-name';
import type { VersionText } from '@readroom/shared/report/report-view';
import PDFDocument from 'pdfkit';
import { fontsOf } from './fonts.ts';
import { PAGE, PdfText } from './pdf-text.ts';

/** Everything a printed report says. Nothing else goes in: no clock, no chance, so the same version gives the same bytes. */
export interface PrintedReport {
  readonly hospital: string;
  readonly study: {
    readonly description: string;
    readonly modality: string;
    readonly bodyPart: string;
    readonly accessionNumber: string;
    /** ISO local date-time without zone, as DICOM has it. */
    readonly studyDateTime: string | null;
    readonly referringPhysician: string;
    readonly synthetic: boolean;
    readonly patientSex: string | null;
  };
  /** The patient's name, id and birth date are those that were sealed. */
  readonly version: VersionText;
}

export interface RenderedPdf {
  readonly bytes: Buffer;
  /** Hex, of the bytes. */
  readonly sha256: string;
}

const TITLES = { indication: 'Indication', comparison: 'Comparison', findings: 'Findings', impression: 'Impression' } as const;

/** Renders a signed report: pure, and byte for byte the same for the same version (PDF 1.3, A4). */
export async function renderPdf(report: PrintedReport): Promise<RenderedPdf> {
  const doc = open(report);
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => doc.once('end', resolve).once('error', reject));
  const text = new PdfText(doc);
  header(text, report);
  patientBlock(text, report);
  sections(text, report.version);
  signature(text, report.version);
  addenda(text, report.version);
  missingCharacters(text);
  footers(doc, report);
  doc.end();
  await ended;
  const bytes = Buffer.concat(chunks);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function open(report: PrintedReport): PDFKit.PDFDocument {
  const doc = new PDFDocument({
    size: 'A4',
    margins: PAGE.margins,
    bufferPages: true,
    lang: 'en',
    displayTitle: true,
    // The document's id is a hash of this dictionary, and the creation date would be now: the date of the seal stands for it.
    info: { Title: 'Radiology report', Creator: 'Readroom', Producer: 'Readroom', CreationDate: new Date(report.version.signedAt), ModDate: new Date(report.version.signedAt) },
  });
  for (const weight of [400, 600] as const) for (const { name, data } of fontsOf(weight)) doc.registerFont(name, data);
  return doc;
}

function header(text: PdfText, { hospital, study, version }: PrintedReport): void {
  text.line(hospital, { size: 15, weight: 600 });
  text.line('Radiology report', { size: 10, colour: '#555555' });
  if (version.report.kind === 'preliminary') text.banner('PRELIMINARY REPORT: not yet signed by an attending radiologist.');
  if (study.synthetic) text.banner('SYNTHETIC DATA: not a real patient. Not for clinical use.');
  text.rule();
}

function patientBlock(text: PdfText, { study, version }: PrintedReport): void {
  const { alphabetic, ideographic = '', phonetic = '' } = parsePersonName(version.patient.name);
  text.field('Patient', displayName({ alphabetic, ideographic, phonetic }));
  // Every component group is printed: a reader of one script finds the name in another (PS3.5 section 6.2.1).
  if (alphabetic && ideographic) text.field('Ideographic name', displayName({ alphabetic: ideographic }));
  if ((alphabetic || ideographic) && phonetic) text.field('Phonetic name', displayName({ alphabetic: phonetic }));
  text.field('Patient ID', version.patient.id || 'missing');
  text.field('Date of birth', version.patient.birthDate ?? 'missing');
  text.field('Sex', study.patientSex ?? 'not given');
  text.field('Study', [study.description, `${study.modality} ${study.bodyPart}`.trim()].filter(Boolean).join(', '));
  text.field('Study date', study.studyDateTime?.replace('T', ' ') ?? 'not given');
  text.field('Accession number', study.accessionNumber || 'not given');
  if (study.referringPhysician) text.field('Referring physician', displayName(parsePersonName(study.referringPhysician)));
  text.field('Study UID', version.studyUid);
  text.rule();
}

function sections(text: PdfText, version: VersionText): void {
  for (const { name, paragraphs } of version.sections) {
    text.heading(TITLES[name]);
    if (paragraphs.length === 0) text.line('Nothing written.', { colour: '#777777' });
    for (const paragraph of paragraphs) text.paragraph(paragraph);
  }
}

function signature(text: PdfText, version: VersionText): void {
  const signed = version.report;
  text.rule();
  text.field(signed.kind === 'final' ? 'Signed by' : 'Issued by', signed.signedBy.name);
  text.field(signed.kind === 'final' ? 'Signed at' : 'Issued at', utc(signed.signedAt));
  text.field('Content SHA-256', signed.hash);
}

function addenda(text: PdfText, version: VersionText): void {
  for (const [index, addendum] of version.addenda.entries()) {
    text.heading(`Addendum ${index + 1}`);
    for (const paragraph of addendum.paragraphs) text.paragraph(paragraph);
    text.field('Written by', addendum.author.name);
    text.field('Signed by', addendum.signedBy.name);
    text.field('Signed at', utc(addendum.signedAt));
    text.field('Content SHA-256', addendum.hash);
  }
}

/** A character that can't be printed is said, never left out. */
function missingCharacters(text: PdfText): void {
  const missing = [...text.missing].sort();
  if (missing.length === 0) return;
  text.rule();
  const codes = missing.map((character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
  text.line(`This print has no glyphs for ${codes.join(', ')}. They stand as their code points in brackets. Read the name in its alphabetic or phonetic form, and the text on the screen.`, {
    colour: '#a03020',
  });
}

function footers(doc: PDFKit.PDFDocument, { version }: PrintedReport): void {
  const range = doc.bufferedPageRange();
  for (let index = range.start; index < range.start + range.count; index += 1) {
    doc.switchToPage(index);
    const text = new PdfText(doc);
    const name = displayName(parsePersonName(version.patient.name));
    text.footer(`${name}   ID ${version.patient.id || 'missing'}   born ${version.patient.birthDate ?? 'missing'}`, `Version ${version.version}   page ${index - range.start + 1} of ${range.count}`);
  }
}

function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
