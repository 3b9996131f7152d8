import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create } from 'fontkit';
import type { Font } from 'fontkit';
import { unpackWoff } from './woff.ts';

/**
 * The fonts of a printed report, each a subset of a script from npm. A run of text is cut wherever the font changes; a character
 * none of them has is never dropped: it is printed as its code point in brackets and named under the text.
 */
export interface ReportFont {
  /** The name pdfkit knows it by. */
  readonly name: string;
  readonly file: string;
}

export interface FontRun {
  readonly font: string;
  readonly text: string;
}

export interface FontedText {
  readonly runs: readonly FontRun[];
  /** Characters no font has, each once. */
  readonly missing: readonly string[];
}

const require = createRequire(import.meta.url);
const INTER = ['latin', 'latin-ext', 'greek', 'greek-ext', 'cyrillic', 'cyrillic-ext', 'vietnamese'] as const;
export type Weight = 400 | 600;

function filesOf(weight: Weight): ReportFont[] {
  const inter = INTER.map((subset) => ({ name: `inter-${subset}-${weight}`, file: `@fontsource/inter/files/inter-${subset}-${weight}-normal.woff` }));
  const noto = (['hebrew', 'arabic'] as const).map((script) => ({
    name: `noto-${script}-${weight}`,
    file: `@fontsource/noto-sans-${script}/files/noto-sans-${script}-${script}-${weight}-normal.woff`,
  }));
  return [...inter, ...noto];
}

/**
 * Pixel letters for every script of Unicode's first plane: an ideographic or Hangul name printed plainly beats one that isn't there.
 * 3 MB, so read only when a text needs it.
 */
export const FALLBACK = 'unifont';
const FALLBACK_FILE = '@fontsource/unifontex/files/unifontex-latin-400-normal.woff';

interface LoadedFont {
  readonly name: string;
  readonly data: Buffer;
  readonly font: Font;
}

const loaded = new Map<Weight, readonly LoadedFont[]>();

/** Read once per process: 20 files, 500 kB. */
export function fontsOf(weight: Weight): readonly LoadedFont[] {
  const found = loaded.get(weight);
  if (found) return found;
  const fonts = filesOf(weight).map(load);
  loaded.set(weight, fonts);
  return fonts;
}

let fallback: LoadedFont | null = null;

export function fallbackFont(): LoadedFont {
  return (fallback ??= load({ name: FALLBACK, file: FALLBACK_FILE }));
}

function load({ name, file }: ReportFont): LoadedFont {
  const data = unpackWoff(readFileSync(require.resolve(file)));
  const font = create(data);
  if (!('hasGlyphForCodePoint' in font)) throw new Error(`${file} holds a collection, not a font`);
  return { name, data, font };
}

/** Cuts text into runs that one font each can print. */
export function fontRuns(text: string, weight: Weight): FontedText {
  const fonts = fontsOf(weight);
  const runs: { font: string; text: string }[] = [];
  const missing = new Set<string>();
  const add = (font: string, piece: string): void => {
    const last = runs.at(-1);
    if (last?.font === font) last.text += piece;
    else runs.push({ font, text: piece });
  };
  for (const character of text.replaceAll('\t', '    ')) {
    const font = fontFor(fonts, character, runs.at(-1)?.font);
    if (font) add(font, character);
    else if (!INVISIBLE.test(character)) {
      missing.add(character);
      add(fonts[0]?.name ?? '', codePointText(character));
    }
  }
  return { runs, missing: [...missing] };
}

/** Joiners, direction marks and other control characters have no shape of their own. */
const INVISIBLE = /[\p{Cc}\p{Cf}]/u;

export function codePointText(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** The font of the run before, as long as it can go on: a space inside Arabic stays Arabic. */
function fontFor(fonts: readonly LoadedFont[], character: string, before: string | undefined): string | null {
  const code = character.codePointAt(0) ?? 0;
  const has = (one: LoadedFont): boolean => one.font.hasGlyphForCodePoint(code);
  const same = fonts.find((one) => one.name === before);
  if (same && has(same)) return same.name;
  const found = fonts.find(has);
  if (found) return found.name;
  // Control and format characters have no shape to fall back on.
  return !INVISIBLE.test(character) && has(fallbackFont()) ? FALLBACK : null;
}
