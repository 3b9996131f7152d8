import type { DataSetEncoding } from '@readroom/shared/dicom/transfer-syntax';
import type { ByteSource } from './byte-source.ts';

/** One element of a data set, found but not read. */
export interface ElementEntry {
  /** `0xGGGGEEEE` */
  readonly tag: number;
  /** Two letters; empty in implicit VR. */
  readonly vr: string;
  /** Where the value begins in the source, and how many bytes it has, delimiters included where its length is undefined. */
  readonly position: number;
  readonly length: number;
  readonly undefinedLength: boolean;
}

/** The bytes are not a data set in the stated encoding (PS3.5 section 7). The text names the rule, never a value. */
export class StructureError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StructureError';
  }
}

export type PlainEncoding = Exclude<DataSetEncoding, 'deflated'>;

const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_DELIMITATION = 0xfffee00d;
const SEQUENCE_DELIMITATION = 0xfffee0dd;
const MAX_DEPTH = 64;
/** A whole-slide image of 100,000 frames has a few million elements; past this a hostile object would hold the process. */
const MAX_STEPS = 5_000_000;

/** VRs with a 16-bit length (PS3.5 table 7.1-2). All others, those not invented yet too, have 32 bits after two reserved bytes. */
const SHORT_VRS: ReadonlySet<string> = new Set(['AE', 'AS', 'AT', 'CS', 'DA', 'DS', 'DT', 'FD', 'FL', 'IS', 'LO', 'LT', 'PN', 'SH', 'SL', 'SS', 'ST', 'TM', 'UI', 'UL', 'US']);

interface Walk {
  readonly source: ByteSource;
  steps: number;
}

interface ElementHead {
  readonly tag: number;
  readonly vr: string;
  readonly length: number;
  readonly valueAt: number;
}

function readTag(bytes: Buffer, encoding: PlainEncoding): number {
  const [group, element] = encoding === 'explicit-be' ? [bytes.readUInt16BE(0), bytes.readUInt16BE(2)] : [bytes.readUInt16LE(0), bytes.readUInt16LE(2)];
  return group * 0x10000 + element;
}

function readHead(walk: Walk, at: number, end: number, encoding: PlainEncoding): ElementHead {
  walk.steps += 1;
  if (walk.steps > MAX_STEPS) throw new StructureError('the data set has more elements than any object needs');
  const bytes = walk.source.bytes(at, Math.min(12, end - at));
  if (bytes.length < 8) throw new StructureError('the data set ends inside an element');
  const tag = readTag(bytes, encoding);
  const bigEndian = encoding === 'explicit-be';
  // Items and delimiters have no VR in any encoding (PS3.5 7.5).
  if (encoding === 'implicit-le' || tag >>> 16 === 0xfffe) {
    return { tag, vr: '', length: bigEndian ? bytes.readUInt32BE(4) : bytes.readUInt32LE(4), valueAt: at + 8 };
  }
  const vr = bytes.toString('latin1', 4, 6);
  if (!/^[A-Z]{2}$/.test(vr)) throw new StructureError('an element has no value representation, as explicit VR asks');
  if (SHORT_VRS.has(vr)) return { tag, vr, length: bigEndian ? bytes.readUInt16BE(6) : bytes.readUInt16LE(6), valueAt: at + 8 };
  if (bytes.length < 12) throw new StructureError('the data set ends inside an element');
  return { tag, vr, length: bigEndian ? bytes.readUInt32BE(8) : bytes.readUInt32LE(8), valueAt: at + 12 };
}

/** Elements from `at` until `end`, or until an item delimitation when `delimited`. Answers where they ended. */
function walkElements(walk: Walk, range: { at: number; end: number; delimited: boolean }, encoding: PlainEncoding, depth: number, visit: (entry: ElementEntry) => void): number {
  if (depth > MAX_DEPTH) throw new StructureError('sequences are nested deeper than any object needs');
  let at = range.at;
  while (at < range.end) {
    if (depth === 0 && isPadding(walk.source, at, range.end)) return range.end;
    const head = readHead(walk, at, range.end, encoding);
    if (head.tag === ITEM_DELIMITATION && range.delimited) return head.valueAt;
    if (head.tag >>> 16 === 0xfffe) throw new StructureError('a delimiter stands outside a sequence');
    const undefinedLength = head.length === UNDEFINED_LENGTH;
    if (!undefinedLength && head.valueAt + head.length > range.end) throw new StructureError('an element says it is longer than what was received');
    const next = undefinedLength ? walkItems(walk, head, range.end, encoding, depth) : head.valueAt + head.length;
    visit({ tag: head.tag, vr: head.vr, position: head.valueAt, length: next - head.valueAt, undefinedLength });
    at = next;
  }
  if (range.delimited) throw new StructureError('an item has no end');
  return at;
}

/** A value of undefined length: a sequence, or the fragments of encapsulated Pixel Data (PS3.5 A.4). Answers where it ended. */
function walkItems(walk: Walk, head: ElementHead, end: number, outer: PlainEncoding, depth: number): number {
  // UN of undefined length holds implicit VR little endian, whatever is around it (PS3.5 6.2.2, note 2).
  const encoding = head.vr === 'UN' ? 'implicit-le' : outer;
  const fragments = head.vr === 'OB' || head.vr === 'OW';
  let at = head.valueAt;
  while (at < end) {
    const item = readHead(walk, at, end, encoding);
    if (item.tag === SEQUENCE_DELIMITATION) return item.valueAt;
    if (item.tag !== ITEM) throw new StructureError('something other than an item stands in a sequence');
    if (item.length === UNDEFINED_LENGTH) {
      if (fragments) throw new StructureError('a fragment of Pixel Data has no length');
      at = walkElements(walk, { at: item.valueAt, end, delimited: true }, encoding, depth + 1, () => undefined);
    } else {
      if (item.valueAt + item.length > end) throw new StructureError('an item says it is longer than what was received');
      at = item.valueAt + item.length;
    }
  }
  throw new StructureError('a sequence or Pixel Data has no end');
}

const PADDING_STEP_BYTES = 64 * 1024;

/** Some senders fill up to a block with zeros after the last element. No element of a data set has the tag (0000,0000). */
function isPadding(source: ByteSource, at: number, end: number): boolean {
  if (!isZero(source.bytes(at, Math.min(8, end - at)))) return false;
  for (let from = at; from < end; from += PADDING_STEP_BYTES) if (!isZero(source.bytes(from, Math.min(PADDING_STEP_BYTES, end - from)))) return false;
  return true;
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

/**
 * The top-level elements of a data set, in order; the first of a tag counts. Reads headers only. A data set is accepted
 * only if its elements end exactly where its bytes do. @throws StructureError
 */
export function walkDataSet(source: ByteSource, encoding: PlainEncoding): Map<number, ElementEntry> {
  const elements = new Map<number, ElementEntry>();
  walkElements({ source, steps: 0 }, { at: 0, end: source.length, delimited: false }, encoding, 0, (entry) => {
    if (!elements.has(entry.tag)) elements.set(entry.tag, entry);
  });
  return elements;
}

/** The top-level elements before `until`, of a data set that need not be there to its end. @throws StructureError */
export function walkLeading(source: ByteSource, encoding: PlainEncoding, until: number): Map<number, ElementEntry> {
  const elements = new Map<number, ElementEntry>();
  const walk = { source, steps: 0 };
  let at = 0;
  while (at < source.length) {
    const head = readHead(walk, at, source.length, encoding);
    if (head.tag >= until || head.length === UNDEFINED_LENGTH) break;
    elements.set(head.tag, { tag: head.tag, vr: head.vr, position: head.valueAt, length: head.length, undefinedLength: false });
    at = head.valueAt + head.length;
  }
  return elements;
}

/** The elements of the first item of a sequence, or `null` when it has none or cannot be read. */
export function walkFirstItem(source: ByteSource, sequence: ElementEntry, outer: PlainEncoding): Map<number, ElementEntry> | null {
  const encoding = sequence.vr === 'UN' ? 'implicit-le' : outer;
  const elements = new Map<number, ElementEntry>();
  try {
    const walk = { source, steps: 0 };
    const item = readHead(walk, sequence.position, sequence.position + sequence.length, encoding);
    if (item.tag !== ITEM) return null;
    const delimited = item.length === UNDEFINED_LENGTH;
    const end = delimited ? sequence.position + sequence.length : item.valueAt + item.length;
    walkElements(walk, { at: item.valueAt, end, delimited }, encoding, 1, (entry) => elements.set(entry.tag, entry));
    return elements;
  } catch (error) {
    if (error instanceof StructureError) return null;
    throw error;
  }
}
