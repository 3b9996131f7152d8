import { z } from 'zod';
import { worklistFilterSchema } from './filter.ts';
import type { WorklistItem } from './worklist-item.ts';

export const MAX_SEARCH = 200;
/** Words of a search that count; the rest would only repeat them. */
const MAX_WORDS = 8;
/** Of one row and of one word: a longer text is found by its beginning. */
const MAX_TERMS = 96;
const MAX_TERM = 64;

/** The request of a search: a name more often than not, so it travels in a body, never in an address. */
export const searchRequestSchema = z.object({
  text: z.string().max(MAX_SEARCH),
  filter: worklistFilterSchema,
});
export type SearchRequest = z.infer<typeof searchRequestSchema>;

/**
 * One spelling of a text: case, accents and width are gone, katakana is hiragana, Hangul is its letters. `Müller` and `MULLER`
 * meet, as do ﾔﾏﾀﾞ (ISO_IR 13), ヤマダ and やまだ.
 */
export function plainText(text: string): string {
  const bare = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return bare.replaceAll(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
}

function wordsIn(text: string): string[] {
  return plainText(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean).map((word) => word.slice(0, MAX_TERM));
}

/** What was typed as words, each of which a row must have. `Yamada^Taro`, `taro yamada` and `YAMADA, Taro` are the same search. */
export function searchWords(typed: string): string[] {
  return [...new Set(wordsIn(typed))].slice(0, MAX_WORDS);
}

type Searched = Pick<WorklistItem, 'patientName' | 'patientId' | 'accessionNumber' | 'description' | 'modality' | 'bodyPart' | 'institution' | 'topFinding'>;

/** The words a row is found by. Names and numbers are there without their separators too: 山田太郎, `ACC2024001`. */
export function searchTerms(item: Searched): string[] {
  const name = item.patientName;
  const whole = [name?.alphabetic, name?.ideographic, name?.phonetic, item.patientId, item.accessionNumber].map((text) => text ?? '');
  const texts = [...whole, item.description, item.modality, item.bodyPart, item.institution, item.topFinding?.label ?? ''];
  const joined = whole.map((text) => wordsIn(text).join('').slice(0, MAX_TERM)).filter(Boolean);
  return [...new Set([...texts.flatMap(wordsIn), ...joined])].slice(0, MAX_TERMS);
}

/** LF4: every word typed begins a word of the row. PostgreSQL's `'word':*` of the same terms chooses the same rows. */
export function matchesSearch(terms: readonly string[], words: readonly string[]): boolean {
  return words.every((word) => terms.some((term) => term.startsWith(word)));
}
