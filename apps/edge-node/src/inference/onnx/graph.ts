import { fieldsOf, textOf } from './protobuf.ts';

/** A tensor as the file declares it. A dimension is a number, a name (any size) or null (nothing is said); no `dims`: not even how many. */
export type Declared = { readonly name: string; readonly type: string; readonly dims: readonly (number | string | null)[] | undefined };
export type OnnxGraph = {
  readonly inputs: readonly Declared[];
  readonly outputs: readonly Declared[];
  /** Where tensors say that their values are kept apart from the file. */
  readonly dataLocations: readonly string[];
};

const TYPES: Readonly<Record<number, string>> = { 1: 'float32', 2: 'uint8', 3: 'int8', 4: 'uint16', 5: 'int16', 6: 'int32', 7: 'int64', 8: 'string', 9: 'bool', 10: 'float16', 11: 'float64', 16: 'bfloat16' };

/** Which fields of a message of onnx.proto3 hold further messages that may hold a tensor. */
type Kind = 'model' | 'graph' | 'node' | 'attribute' | 'function' | 'sparse' | 'tensor' | 'training';
const INSIDE: Readonly<Record<Kind, Readonly<Record<number, Kind>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: {},
};
const DEEPEST = 64;

/** What an ONNX file declares, read from the file and not from a runtime that would open what it names. Throws RangeError where it is no ONNX file. */
export function readGraph(file: Uint8Array): OnnxGraph {
  const graph = [...fieldsOf(file)].find(({ number }) => number === 7)?.bytes;
  if (!graph) throw new RangeError('there is no graph');
  const fields = [...fieldsOf(graph)];
  // Up to version 3 of the format weights are listed among the inputs.
  const weights = new Set(fields.filter(({ number }) => number === 5).map(({ bytes }) => nameOf(bytes, 8)));
  const declared = (wanted: number): Declared[] => fields.filter(({ number }) => number === wanted).map(({ bytes }) => valueInfo(bytes));
  return { inputs: declared(11).filter(({ name }) => !weights.has(name)), outputs: declared(12), dataLocations: [...new Set(locations(file, 'model', 0))] };
}

function nameOf(message: Uint8Array, field: number): string {
  return textOf([...fieldsOf(message)].find(({ number }) => number === field)?.bytes ?? new Uint8Array());
}

function inner(message: Uint8Array | undefined, field: number): Uint8Array | undefined {
  return message && [...fieldsOf(message)].find(({ number }) => number === field)?.bytes;
}

/** ValueInfoProto: a name and TypeProto.Tensor. */
function valueInfo(message: Uint8Array): Declared {
  const tensor = inner(inner(message, 2), 1);
  const type = tensor && [...fieldsOf(tensor)].find(({ number }) => number === 1)?.value;
  const shape = inner(tensor, 2);
  const dims = shape && [...fieldsOf(shape)].filter(({ number }) => number === 1).map(({ bytes }) => {
    const [dim] = [...fieldsOf(bytes)].filter(({ number }) => number === 1 || number === 2);
    if (!dim) return null;
    return dim.number === 1 ? dim.value : textOf(dim.bytes);
  });
  return { name: nameOf(message, 1), type: TYPES[type ?? 0] ?? 'unknown', dims };
}

/** TensorProto.external_data of every tensor, wherever it stands: weights, constants, branches and functions. */
function* locations(message: Uint8Array, kind: Kind, depth: number): Generator<string> {
  if (depth > DEEPEST) throw new RangeError('the graph is nested too deeply');
  for (const { number, bytes } of fieldsOf(message)) {
    if (kind === 'tensor' && number === 13 && nameOf(bytes, 1) === 'location') yield nameOf(bytes, 2);
    const next = INSIDE[kind][number];
    if (next) yield* locations(bytes, next, depth + 1);
  }
}
