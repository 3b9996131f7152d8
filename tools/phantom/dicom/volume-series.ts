import { writeFile } from './writer.ts';
import type { Attribute } from './writer.ts';

type Vector = readonly [number, number, number];
/** A stack of parallel slices. Values are stored as they are, slice by slice, row by row; directions are of a row and of a column (LPS). */
export type VolumeFacts = {
  readonly modality: 'MR' | 'CT';
  readonly bodyPart: string;
  readonly seriesUid: string;
  /** Slices, rows, columns. */
  readonly shape: Vector;
  /** Between slices, between rows, between columns, mm. */
  readonly spacingMm: Vector;
  readonly rowDirection?: Vector;
  readonly columnDirection?: Vector;
  readonly values: Uint16Array;
  /** RescaleIntercept, where values stand for Hounsfield units. */
  readonly intercept?: number;
};
export type SliceFile = { readonly uid: string; readonly modality: string; readonly bytes: Uint8Array };

const STORAGE = { CT: '1.2.840.10008.5.1.4.1.1.2', MR: '1.2.840.10008.5.1.4.1.1.4' } as const;

/** One Part 10 file a slice, in the order of their positions along the normal. `replace` overrides attributes of a slice. */
export function volumeSeries(facts: VolumeFacts, replace: (slice: number) => readonly Attribute[] = () => []): SliceFile[] {
  return Array.from({ length: facts.shape[0] }, (_, k) => sliceFile(facts, k, replace(k)));
}

function sliceFile({ modality, bodyPart, seriesUid, shape: [, rows, columns], spacingMm: [step, down, across], rowDirection: row = [1, 0, 0], columnDirection: column = [0, 1, 0], values, intercept }: VolumeFacts, k: number, replace: readonly Attribute[]): SliceFile {
  const uid = `${seriesUid}.${k + 1}`;
  const normal: Vector = [row[1] * column[2] - row[2] * column[1], row[2] * column[0] - row[0] * column[2], row[0] * column[1] - row[1] * column[0]];
  const attributes: Attribute[] = [
    { tag: '00080008', vr: 'CS', value: 'ORIGINAL\\PRIMARY' }, { tag: '00080016', vr: 'UI', value: STORAGE[modality] }, { tag: '00080018', vr: 'UI', value: uid }, { tag: '00080060', vr: 'CS', value: modality },
    { tag: '00180015', vr: 'CS', value: bodyPart }, { tag: '00180050', vr: 'DS', value: String(step) }, { tag: '0020000d', vr: 'UI', value: `${seriesUid}.0` }, { tag: '0020000e', vr: 'UI', value: seriesUid },
    { tag: '00200013', vr: 'IS', value: String(k + 1) }, { tag: '00200032', vr: 'DS', value: decimals(normal.map((cosine) => cosine * k * step)) }, { tag: '00200037', vr: 'DS', value: decimals([...row, ...column]) },
    { tag: '00280002', vr: 'US', value: [1] }, { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' }, { tag: '00280010', vr: 'US', value: [rows] }, { tag: '00280011', vr: 'US', value: [columns] },
    { tag: '00280030', vr: 'DS', value: decimals([down, across]) }, { tag: '00280100', vr: 'US', value: [16] }, { tag: '00280101', vr: 'US', value: [16] }, { tag: '00280102', vr: 'US', value: [15] }, { tag: '00280103', vr: 'US', value: [0] },
    { tag: '7fe00010', vr: 'OW', value: new Uint8Array(values.slice(k * rows * columns, (k + 1) * rows * columns).buffer) },
  ];
  if (intercept !== undefined) attributes.push({ tag: '00281052', vr: 'DS', value: String(intercept) }, { tag: '00281053', vr: 'DS', value: '1' });
  const replaced = new Set(replace.map(({ tag }) => tag));
  const bytes = writeFile(STORAGE[modality], uid, [...attributes.filter(({ tag }) => !replaced.has(tag)), ...replace], 'ISO_IR 100');
  return { uid, modality, bytes: new Uint8Array(bytes) };
}

/** Decimal Strings hold sixteen characters (PS3.5 6.2). */
const decimals = (values: readonly number[]): string => values.map((value) => String(Number(value.toFixed(10))).slice(0, 16)).join('\\');
