import iconv from 'iconv-lite';

/** A set that can stand in G0 (codes 21-7E) or G1 (codes A1-FE) of ISO/IEC 2022. */
export type CodeElement =
  | 'ascii'
  | 'romaji' // ISO-IR 14, JIS X 0201 Roman
  | 'katakana' // ISO-IR 13, JIS X 0201
  | 'jis-x-0208' // ISO-IR 87
  | 'jis-x-0212' // ISO-IR 159
  | 'ks-x-1001' // ISO-IR 149
  | 'gb-2312' // ISO-IR 58
  | `iso-8859-${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 15}`
  | 'tis-620';

export interface Designation {
  readonly g0: CodeElement;
  readonly g1: CodeElement | null;
}

/** Initial state of each number in `ISO_IR n` and `ISO 2022 IR n` (PS3.3 tables C.12-2 to C.12-4). */
const BY_REGISTRATION: Readonly<Record<string, Designation>> = {
  '6': { g0: 'ascii', g1: null },
  '100': { g0: 'ascii', g1: 'iso-8859-1' },
  '101': { g0: 'ascii', g1: 'iso-8859-2' },
  '109': { g0: 'ascii', g1: 'iso-8859-3' },
  '110': { g0: 'ascii', g1: 'iso-8859-4' },
  '144': { g0: 'ascii', g1: 'iso-8859-5' },
  '127': { g0: 'ascii', g1: 'iso-8859-6' },
  '126': { g0: 'ascii', g1: 'iso-8859-7' },
  '138': { g0: 'ascii', g1: 'iso-8859-8' },
  '148': { g0: 'ascii', g1: 'iso-8859-9' },
  '203': { g0: 'ascii', g1: 'iso-8859-15' },
  '166': { g0: 'ascii', g1: 'tis-620' },
  '13': { g0: 'romaji', g1: 'katakana' },
  '87': { g0: 'jis-x-0208', g1: null },
  '159': { g0: 'jis-x-0212', g1: null },
  '149': { g0: 'ascii', g1: 'ks-x-1001' },
  '58': { g0: 'ascii', g1: 'gb-2312' },
};

export type CharacterSet =
  /** One encoding for the whole value: UTF-8, GB18030 or GBK (PS3.3 table C.12-5). */
  | { readonly kind: 'whole'; readonly encoding: 'utf8' | 'gb18030' | 'gbk' }
  /** Single byte and ISO/IEC 2022 sets alike; escape sequences are followed wherever they stand, declared or not. */
  | { readonly kind: 'iso-2022'; readonly initial: Designation }
  /** None given: ISO-IR 6 by the standard, but senders that forget to say so are common. */
  | { readonly kind: 'undeclared' };

/** Specific Character Set (0008,0005), its values as found. Spellings seen in the field (`ISO-IR 100`, `UTF8`) are read. */
export function characterSetOf(values: readonly string[]): CharacterSet {
  const names = values.map((value) => value.trim().toUpperCase());
  const whole = names.find((name) => /192|UTF-?8|GB18030|GBK/.test(name));
  if (whole) return { kind: 'whole', encoding: wholeEncoding(whole) };
  const first = names[0] ?? '';
  if (first === '') return names.length > 1 ? { kind: 'iso-2022', initial: { g0: 'ascii', g1: null } } : { kind: 'undeclared' };
  const number = /(\d+)$/.exec(first)?.[1] ?? '';
  const initial = Object.hasOwn(BY_REGISTRATION, number) ? BY_REGISTRATION[number] : undefined;
  return initial ? { kind: 'iso-2022', initial } : { kind: 'undeclared' };
}

function wholeEncoding(name: string): 'utf8' | 'gb18030' | 'gbk' {
  if (name.includes('GB18030')) return 'gb18030';
  return name.includes('GBK') ? 'gbk' : 'utf8';
}

/** Escape sequences without their ESC (PS3.3 tables C.12-3 and C.12-4). */
const ESCAPES: readonly { readonly code: string; readonly g0?: CodeElement; readonly g1?: CodeElement }[] = [
  { code: '$(D', g0: 'jis-x-0212' },
  { code: '$)C', g1: 'ks-x-1001' },
  { code: '$)A', g1: 'gb-2312' },
  { code: '$B', g0: 'jis-x-0208' },
  { code: '$@', g0: 'jis-x-0208' },
  { code: '(B', g0: 'ascii' },
  { code: '(J', g0: 'romaji' },
  { code: ')I', g1: 'katakana' },
  { code: '-A', g1: 'iso-8859-1' },
  { code: '-B', g1: 'iso-8859-2' },
  { code: '-C', g1: 'iso-8859-3' },
  { code: '-D', g1: 'iso-8859-4' },
  { code: '-L', g1: 'iso-8859-5' },
  { code: '-G', g1: 'iso-8859-6' },
  { code: '-F', g1: 'iso-8859-7' },
  { code: '-H', g1: 'iso-8859-8' },
  { code: '-M', g1: 'iso-8859-9' },
  { code: '-b', g1: 'iso-8859-15' },
  { code: '-T', g1: 'tis-620' },
];

/** The designation after the escape sequence at `at`, and how long it is with its ESC; `null` for one we don't know. */
export function readEscape(bytes: Buffer, at: number, current: Designation): { designation: Designation; length: number } | null {
  const ahead = bytes.toString('latin1', at + 1, at + 4);
  const found = ESCAPES.find((escape) => ahead.startsWith(escape.code));
  if (!found) return null;
  return { designation: { g0: found.g0 ?? current.g0, g1: found.g1 ?? current.g1 }, length: 1 + found.code.length };
}

export function isTwoByte(element: CodeElement): boolean {
  return element === 'jis-x-0208' || element === 'jis-x-0212' || element === 'ks-x-1001' || element === 'gb-2312';
}

const HALF_WIDTH_KATAKANA = 0xff61;

/** Bytes that all belong to one code element, as text. Codes it does not have become U+FFFD. */
export function decodeRun(element: CodeElement, bytes: Buffer): string {
  switch (element) {
    case 'ascii':
      return bytes.toString('latin1');
    case 'romaji':
      return bytes.toString('latin1').replaceAll('\\', '\u00a5').replaceAll('~', '\u203e');
    case 'katakana':
      return String.fromCharCode(...bytes.map((byte) => byte & 0x7f)).replaceAll(/[\s\S]/g, (char) => String.fromCharCode(HALF_WIDTH_KATAKANA + char.charCodeAt(0) - 0x21));
    case 'jis-x-0208':
      return iconv.decode(Buffer.from(bytes.map((byte) => byte | 0x80)), 'euc-jp');
    case 'jis-x-0212':
      return iconv.decode(Buffer.concat(pairs(bytes).map((pair) => Buffer.from([0x8f, ...pair.map((byte) => byte | 0x80)]))), 'euc-jp');
    case 'ks-x-1001':
      return iconv.decode(Buffer.from(bytes.map((byte) => byte | 0x80)), 'euc-kr');
    case 'gb-2312':
      return iconv.decode(Buffer.from(bytes.map((byte) => byte | 0x80)), 'gb2312');
    case 'tis-620':
      return iconv.decode(bytes, 'tis-620');
    default:
      return iconv.decode(bytes, element);
  }
}

function pairs(bytes: Buffer): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / 2) }, (_, i) => bytes.subarray(i * 2, i * 2 + 2));
}

export function decodeWhole(encoding: 'utf8' | 'gb18030' | 'gbk', bytes: Buffer): string {
  return iconv.decode(bytes, encoding);
}
