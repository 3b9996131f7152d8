import { gunzipSync } from 'node:zlib';

type Vector = readonly [number, number, number];
/** A NIfTI-1 volume: values slice by slice, row by row. Directions are of a row and of a column, in the patient's coordinates of DICOM. */
export type Nifti = { readonly shape: Vector; readonly spacingMm: Vector; readonly rowDirection: Vector; readonly columnDirection: Vector; readonly values: Float32Array };

/** Header of NIfTI-1 in bytes, and how much a file may unpack to. */
const HEADER = 348;
const MOST_BYTES = 512 * 1024 * 1024;
const READERS: Readonly<Record<number, readonly [bytes: number, read: (view: DataView, at: number) => number]>> = {
  2: [1, (view, at) => view.getUint8(at)], 4: [2, (view, at) => view.getInt16(at, true)], 8: [4, (view, at) => view.getInt32(at, true)],
  16: [4, (view, at) => view.getFloat32(at, true)], 64: [8, (view, at) => view.getFloat64(at, true)], 512: [2, (view, at) => view.getUint16(at, true)],
};

/** Reads a little-endian NIfTI-1 file, compressed or not. Throws Error with what is wrong with it. */
export function readNifti(file: Uint8Array): Nifti {
  const bytes = file[0] === 0x1f && file[1] === 0x8b ? gunzipSync(file, { maxOutputLength: MOST_BYTES }) : file;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getInt32(0, true) !== HEADER) throw new Error('the file is no little-endian NIfTI-1 volume');
  const short = (at: number): number => view.getInt16(at, true);
  const float = (at: number): number => view.getFloat32(at, true);
  const [columns, rows, slices] = [short(42), short(44), short(46)];
  if (short(40) !== 3 && !(short(40) === 4 && short(48) === 1)) throw new Error('the NIfTI file holds no single volume');
  const reader = READERS[short(70)];
  if (!reader) throw new Error(`the NIfTI data type ${short(70)} is not read`);
  const [size, read] = reader;
  const [first, slope] = [Math.max(HEADER, float(108)), float(112) || 1];
  if (!(columns > 0 && rows > 0 && slices > 0) || first + columns * rows * slices * size > bytes.length) throw new Error('the NIfTI file is shorter than its header says');
  const values = Float32Array.from({ length: columns * rows * slices }, (_, i) => read(view, first + i * size) * slope + float(116));
  const volume = { shape: [slices, rows, columns], spacingMm: [float(88), float(84), float(80)], values } as const;
  // Rows of the affine are the patient's right, front and head; DICOM's are left, back and head. Without one the axes are taken to be these.
  const axis = (k: number): Vector => (short(254) > 0 ? unit([-float(280 + 4 * k), -float(296 + 4 * k), float(312 + 4 * k)]) : ([[-1, 0, 0], [0, -1, 0], [0, 0, 1]] as const)[k] ?? [0, 0, 1]);
  const [rowDirection, columnDirection, third] = [axis(0), axis(1), axis(2)];
  return { ...(dot(cross(rowDirection, columnDirection), third) < 0 ? backwards(volume) : volume), rowDirection, columnDirection };
}

/** Slices of a left-handed file in the order of their normal. */
function backwards<T extends Pick<Nifti, 'shape' | 'values'>>(volume: T): T {
  const plane = volume.shape[1] * volume.shape[2];
  const values = new Float32Array(volume.values.length);
  for (let k = 0; k < volume.shape[0]; k++) values.set(volume.values.subarray(k * plane, (k + 1) * plane), (volume.shape[0] - 1 - k) * plane);
  return { ...volume, values };
}

const dot = (p: Vector, q: Vector): number => p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
const cross = (p: Vector, q: Vector): Vector => [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];

function unit(vector: Vector): Vector {
  const length = Math.hypot(...vector) || 1;
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}
