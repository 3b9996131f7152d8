import { FALLBACK, fallbackFont, fontRuns } from './fonts.ts';
import type { FontRun, Weight } from './fonts.ts';

export const PAGE = { margins: { top: 48, bottom: 64, left: 56, right: 56 } } as const;

export interface LineStyle {
  /** Points. */
  readonly size?: number;
  readonly weight?: Weight;
  readonly colour?: string;
  readonly indent?: number;
  /** A value beside its label stays there, whatever its script. */
  readonly beside?: boolean;
}

const LABEL_WIDTH = 110;
const TEXT_COLOUR = '#111111';
const MUTED = '#666666';
const RULE = '#bbbbbb';

interface Word {
  readonly runs: readonly FontRun[];
  readonly width: number;
  readonly isSpace: boolean;
}

/**
 * Text in several fonts on a page. pdfkit breaks lines in one font only, so words are measured and set here: a word never splits
 * unless it is longer than the line, and a paragraph of Hebrew or Arabic is set from the right.
 */
export class PdfText {
  readonly missing = new Set<string>();
  readonly #doc: PDFKit.PDFDocument;

  constructor(doc: PDFKit.PDFDocument) {
    this.#doc = doc;
  }

  line(text: string, style: LineStyle = {}): void {
    this.#set(text, { x: PAGE.margins.left + (style.indent ?? 0), style });
  }

  heading(text: string): void {
    this.#room(48);
    this.#doc.y += 8;
    this.line(text, { size: 11, weight: 600 });
    this.#doc.y += 1;
  }

  paragraph(text: string): void {
    if (text.trim() === '') this.#doc.y += 6;
    else this.line(text, { size: 10 });
    this.#doc.y += 2;
  }

  /** A label and its value on one line, the value wrapped beside the label. */
  field(label: string, value: string): void {
    this.#room(16);
    const { y } = this.#doc;
    this.#doc.font('inter-latin-400').fontSize(9).fillColor(MUTED).text(label, PAGE.margins.left, y, { width: LABEL_WIDTH, lineBreak: false });
    this.#doc.y = y;
    this.#set(value, { x: PAGE.margins.left + LABEL_WIDTH, style: { size: 9.5, beside: true } });
  }

  banner(text: string): void {
    this.#doc.y += 4;
    const { y } = this.#doc;
    const width = this.#doc.page.width - PAGE.margins.left - PAGE.margins.right;
    this.#doc.rect(PAGE.margins.left, y, width, 18).fillColor('#fff3d6').fill();
    this.#doc.y = y + 3;
    this.line(text, { size: 9.5, weight: 600, colour: '#7a4b00', indent: 6 });
    this.#doc.y = y + 20;
  }

  rule(): void {
    this.#room(16);
    this.#doc.y += 5;
    const { y } = this.#doc;
    this.#doc.moveTo(PAGE.margins.left, y).lineTo(this.#doc.page.width - PAGE.margins.right, y).lineWidth(0.6).strokeColor(RULE).stroke();
    this.#doc.y += 5;
  }

  /** Two texts in the bottom margin: identifiers at the left of every page, page number at the right. */
  footer(left: string, right: string): void {
    const y = this.#doc.page.height - 40;
    const style: LineStyle = { size: 8, colour: MUTED };
    this.#draw(this.#words(left, style).flatMap((word) => word.runs), PAGE.margins.left, y, style);
    const words = this.#words(right, style);
    const width = words.reduce((sum, word) => sum + word.width, 0);
    this.#draw(words.flatMap((word) => word.runs), this.#doc.page.width - PAGE.margins.right - width, y, style);
  }

  #set(text: string, at: { x: number; style: LineStyle }): void {
    const width = this.#doc.page.width - PAGE.margins.right - at.x;
    const height = (at.style.size ?? 10) * 1.4;
    for (const line of this.#lines(this.#words(text, at.style), width)) {
      this.#room(height);
      const used = line.reduce((sum, word) => sum + word.width, 0);
      const rtl = RIGHT_TO_LEFT.test(text);
      // Words of a right-to-left line are placed from the right; inside a run fontkit turns the glyphs round itself.
      const runs = line.flatMap((word) => word.runs);
      this.#draw(rtl ? runs.reverse() : runs, rtl && !at.style.beside ? at.x + width - used : at.x, this.#doc.y, at.style);
      this.#doc.y += height;
    }
  }

  #words(text: string, style: LineStyle): Word[] {
    return (text.match(/\s+|[^\s]+/gu) ?? []).map((piece) => {
      const { runs, missing } = fontRuns(piece, style.weight ?? 400);
      for (const character of missing) this.missing.add(character);
      return { runs, width: this.#width(runs, style), isSpace: piece.trim() === '' };
    });
  }

  #lines(words: readonly Word[], width: number): Word[][] {
    const lines: Word[][] = [[]];
    let used = 0;
    for (const word of words.flatMap((one) => (one.width > width ? this.#split(one) : [one]))) {
      if (used + word.width > width && used > 0) {
        lines.push([]);
        used = 0;
        if (word.isSpace) continue;
      }
      lines.at(-1)?.push(word);
      used += word.width;
    }
    return lines;
  }

  /** A word longer than a line is cut between characters. */
  #split(word: Word): Word[] {
    const share = word.width / Math.max(1, [...word.runs.map((run) => run.text).join('')].length);
    return word.runs.flatMap((run) => [...run.text].map((text) => ({ runs: [{ font: run.font, text }], width: share, isSpace: false })));
  }

  #width(runs: readonly FontRun[], style: LineStyle): number {
    return runs.reduce((sum, run) => sum + this.#font(run.font).fontSize(style.size ?? 10).widthOfString(run.text), 0);
  }

  #draw(runs: readonly FontRun[], x: number, y: number, style: LineStyle): void {
    let left = x;
    for (const run of joined(runs)) {
      this.#font(run.font).fontSize(style.size ?? 10).fillColor(style.colour ?? TEXT_COLOUR);
      const width = this.#doc.widthOfString(run.text);
      // A height of nothing beyond the line keeps pdfkit from opening a page inside the bottom margin.
      this.#doc.text(run.text, left, y, { lineBreak: false, height: 100 });
      left += width;
    }
    this.#doc.y = y;
  }

  #font(name: string): PDFKit.PDFDocument {
    if (name === FALLBACK) this.#doc.registerFont(FALLBACK, fallbackFont().data);
    return this.#doc.font(name);
  }

  #room(height: number): void {
    if (this.#doc.y + height > this.#doc.page.height - PAGE.margins.bottom) this.#doc.addPage();
  }
}

const RIGHT_TO_LEFT = /^[^\p{L}]*[\p{Script=Hebrew}\p{Script=Arabic}]/u;

/** Runs of one font next to each other are one: fewer operators, and kerning across them. */
function joined(runs: readonly FontRun[]): FontRun[] {
  const all: FontRun[] = [];
  for (const run of runs) {
    const last = all.at(-1);
    if (last?.font === run.font) all[all.length - 1] = { font: run.font, text: last.text + run.text };
    else all.push(run);
  }
  return all;
}
