import { CATALOGUE } from '@readroom/shared/finding/catalogue';
import { ValidationFailure } from './failure.ts';

/** What a case shows by its label: finding codes, or nothing of the kind; `skip` where the label does not decide it. */
export type Truth = { readonly codes: ReadonlySet<string>; readonly skip: boolean };

const NONE = 'none';
const SKIP = 'skip';
const words = (...names: readonly string[]): ReadonlySet<string> => new Set(names);
const NONE_WORDS = words(NONE, 'normal', 'negative', 'notumor', 'no-tumor', 'no-tumour', 'no-finding', 'no-findings', 'healthy', '0', 'false', 'no');
const POSITIVE_WORDS = words('1', 'true', 'yes', 'positive');
/** Perihaematomal oedema without an annotated bleed: whether it bleeds is not known. */
const SKIP_WORDS = words(SKIP, 'edema-only', 'oedema-only', 'unknown', 'uncertain');

const spelling = (text: string): string => text.trim().toLowerCase().replaceAll(/[\s_]+/g, '-');

/** Catalogue codes by every spelling they go by in data sets. */
const CODE_OF: ReadonlyMap<string, string> = new Map([...CATALOGUE.values()].flatMap(({ code, label, aliases }) => [code, label, ...aliases].map((name) => [spelling(name), code] as const)));

/**
 * Reads labels by the words of `--map`, then the finding catalogue, then the usual words for none. A word nobody knows is refused
 * instead of counted as a negative. Throws ValidationFailure that names every such word.
 */
export function truthReader(values: Iterable<string>, map: ReadonlyMap<string, string>, modelCodes: readonly string[]): (value: string) => Truth {
  const mapped = new Map([...map].map(([value, code]) => [spelling(value), code]));
  for (const code of mapped.values()) {
    if (code !== NONE && code !== SKIP && !CATALOGUE.has(code)) throw new ValidationFailure(`--map ...=${code}: ${code} is not in the finding catalogue. Use none, skip or one of: ${[...CATALOGUE.keys()].join(', ')}.`);
  }
  const known = new Map<string, string>();
  const unknown = new Set<string>();
  for (const value of new Set([...values].flatMap(parts))) {
    const code = mapped.get(spelling(value)) ?? codeOf(spelling(value), modelCodes);
    if (code === undefined) unknown.add(value);
    else known.set(value, code);
  }
  if (unknown.size > 0) {
    const list = [...unknown].slice(0, 20).map((value) => JSON.stringify(value)).join(', ');
    throw new ValidationFailure(`Labels that are neither in the finding catalogue nor a word for none: ${list}. Say what each is with --map VALUE=CODE, VALUE=none or VALUE=skip.`);
  }
  return (value) => {
    const codes = parts(value).map((part) => known.get(part) ?? NONE);
    return { codes: new Set(codes.filter((code) => code !== NONE && code !== SKIP)), skip: codes.includes(SKIP) };
  };
}

function codeOf(word: string, modelCodes: readonly string[]): string | undefined {
  if (NONE_WORDS.has(word)) return NONE;
  if (SKIP_WORDS.has(word)) return SKIP;
  // "positive" says enough where the model looks for one thing.
  if (POSITIVE_WORDS.has(word)) return modelCodes.length === 1 ? modelCodes[0] : undefined;
  return CODE_OF.get(word);
}

/** An empty cell is a word nobody knows: a missing label is no negative. */
const parts = (value: string): string[] => value.split('|');
