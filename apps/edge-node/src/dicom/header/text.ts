import { decodeRun, decodeWhole, isTwoByte, readEscape } from './character-set.ts';
import type { CharacterSet, Designation } from './character-set.ts';

const ESC = 0x1b;
const BACKSLASH = 0x5c;

/**
 * After any of these the set designated by the first value of Specific Character Set is active again (PS3.5 6.1.2.5.3):
 * line ends and tabs anywhere, the delimiters of values, and in a PN those of its components and groups.
 */
const RESETS: readonly number[] = [0x09, 0x0a, 0x0c, 0x0d];
const NAME_RESETS: readonly number[] = [0x5e, 0x3d];

export interface TextKind {
  /** VRs whose values are separated by a backslash: all but ST, LT, UT and UR. */
  readonly multiValued: boolean;
  readonly personName: boolean;
}

/** The values of a text element, decoded. Trailing NULs and spaces are padding; leading spaces go where they mean nothing. */
export function decodeText(bytes: Buffer, set: CharacterSet, kind: TextKind): string[] {
  const values = set.kind === 'iso-2022' ? decodeIso2022(bytes, set.initial, kind) : splitDecoded(decodePlain(bytes, set), kind);
  return values.map((value) => (kind.multiValued ? value.replace(/[\0 ]+$/, '').replace(/^ +/, '') : value.replace(/[\0 ]+$/, '')));
}

/** In GB18030 and GBK the second byte of a character may be that of a backslash: decode first, split after. */
function splitDecoded(text: string, kind: TextKind): string[] {
  return kind.multiValued ? text.split('\\') : [text];
}

/** An undeclared value is what its bytes can be: UTF-8 where they are valid, else Latin-1, which shows something for each byte. */
function decodePlain(bytes: Buffer, set: Exclude<CharacterSet, { kind: 'iso-2022' }>): string {
  if (set.kind === 'whole') return decodeWhole(set.encoding, bytes);
  if (bytes.includes(ESC)) return decodeIso2022(bytes, { g0: 'ascii', g1: null }, { multiValued: false, personName: true })[0] ?? '';
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/** Follows the escape sequences byte by byte; runs of one code element are decoded together. */
function decodeIso2022(bytes: Buffer, initial: Designation, kind: TextKind): string[] {
  const values: string[] = [];
  let text = '';
  let active = initial;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === ESC) {
      const escape = readEscape(bytes, at, active);
      active = escape?.designation ?? active;
      at += escape?.length ?? 1;
      continue;
    }
    if (byte < 0x21 || !isTwoByte(active.g0)) {
      if (kind.multiValued && byte === BACKSLASH) {
        values.push(text);
        text = '';
        active = initial;
        at += 1;
        continue;
      }
      if (RESETS.includes(byte) || (kind.personName && NAME_RESETS.includes(byte))) {
        text += String.fromCharCode(byte);
        active = initial;
        at += 1;
        continue;
      }
    }
    const end = endOfRun(bytes, at, active, kind);
    text += decodePiece(bytes.subarray(at, end), active);
    at = end;
  }
  return [...values, text];
}

/** Where bytes stop belonging to the code element that `at` belongs to. */
function endOfRun(bytes: Buffer, at: number, active: Designation, kind: TextKind): number {
  const high = (bytes[at] ?? 0) >= 0x80;
  const control = (bytes[at] ?? 0) < 0x21;
  const twoByte = !high && isTwoByte(active.g0);
  let end = at + 1;
  while (end < bytes.length) {
    const byte = bytes[end] ?? 0;
    if (byte === ESC || byte >= 0x80 !== high || byte < 0x21 !== control) break;
    if (!high && !twoByte && ((kind.multiValued && byte === BACKSLASH) || (kind.personName && NAME_RESETS.includes(byte)))) break;
    end += 1;
  }
  return end;
}

function decodePiece(run: Buffer, active: Designation): string {
  const first = run[0] ?? 0;
  if (first < 0x21) return run.toString('latin1');
  if (first >= 0x80) return active.g1 ? decodeRun(active.g1, run) : run.toString('latin1');
  return decodeRun(active.g0, run);
}
