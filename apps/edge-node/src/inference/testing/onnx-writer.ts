/**
 * Small ONNX files (opset 13), written field by field: networks whose answer is known from their input.
 * Protocol Buffers: a tag (field number and wire type), then a varint or a length and its bytes.
 */
export const message = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const number = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...number(value >>> 7)]);
export const varint = (field: number, value: number): Uint8Array => Uint8Array.from([...number(field << 3), ...number(value)]);
export const bytes = (field: number, value: Uint8Array): Uint8Array => Uint8Array.from([...number((field << 3) | 2), ...number(value.length), ...value]);
export const text = (field: number, value: string): Uint8Array => bytes(field, new TextEncoder().encode(value));

const TYPES = { float32: 1, uint8: 2, int64: 7, bool: 9 } as const;
export type Port = { readonly name: string; readonly type?: keyof typeof TYPES; readonly dims: readonly (number | string)[] };

/** An integer, a list of integers, or the body of a graph. */
type Attributes = Readonly<Record<string, number | readonly number[] | Uint8Array>>;

/** One operation. */
export function node(type: string, inputs: readonly string[], output: string, attributes: Attributes = {}): Uint8Array {
  const own = Object.entries(attributes).map(([name, value]) => bytes(5, message(text(1, name), ...valueOf(value))));
  return message(...inputs.map((name) => text(1, name)), text(2, output), text(4, type), ...own);
}

function valueOf(value: Attributes[string]): Uint8Array[] {
  if (typeof value === 'number') return [varint(3, value), varint(20, 2)];
  if (value instanceof Uint8Array) return [bytes(6, value), varint(20, 5)];
  return [...value.map((one) => varint(8, one)), varint(20, 7)];
}

/** A weight: floats in the given shape; with `location` it says that they are in that file. */
export function weight(name: string, dims: readonly number[], values: readonly number[], location?: string): Uint8Array {
  const shape = dims.map((side) => varint(1, side));
  const kept = location === undefined ? [bytes(9, new Uint8Array(Float32Array.from(values).buffer))] : [bytes(13, message(text(1, 'location'), text(2, location))), varint(14, 1)];
  return message(...shape, varint(2, 1), text(8, name), ...kept);
}

/** A weight of whole numbers (axes, shapes). */
export function integers(name: string, values: readonly number[]): Uint8Array {
  return message(varint(1, values.length), varint(2, 7), text(8, name), bytes(9, new Uint8Array(BigInt64Array.from(values, BigInt).buffer)));
}

function info({ name, type = 'float32', dims }: Port): Uint8Array {
  const shape = message(...dims.map((side) => bytes(1, typeof side === 'number' ? varint(1, side) : text(2, side))));
  return message(text(1, name), bytes(2, message(bytes(1, message(varint(1, TYPES[type]), bytes(2, shape))))));
}

type Graph = { readonly inputs: readonly Port[]; readonly outputs: readonly Port[]; readonly nodes: readonly Uint8Array[]; readonly weights?: readonly Uint8Array[] };

export function graphBody(graph: Graph): Uint8Array {
  return message(
    ...graph.nodes.map((one) => bytes(1, one)), text(2, 'known'), ...(graph.weights ?? []).map((one) => bytes(5, one)),
    ...graph.inputs.map((port) => bytes(11, info(port))), ...graph.outputs.map((port) => bytes(12, info(port))),
  );
}

export function onnxFile(graph: Graph): Uint8Array {
  return message(varint(1, 8), bytes(7, graphBody(graph)), bytes(8, message(text(1, ''), varint(2, 13))));
}
