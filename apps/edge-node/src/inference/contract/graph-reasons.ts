import type { Declared, OnnxGraph } from '../onnx/graph.ts';
import { shapeOf } from './inputs.ts';
import type { InputContract } from './inputs.ts';
import { namesOf } from './output.ts';
import type { ModelLabel, OutputContract } from './output.ts';

/** An entry of the manifest that is well formed, and where it stands. */
export type Placed<T> = { readonly path: string; readonly value: T };
type Parts = { readonly inputs: readonly Placed<InputContract>[]; readonly output: OutputContract | undefined; readonly labels: readonly Placed<Pick<ModelLabel, 'index' | 'output'>>[] };

/** Where the manifest and what the ONNX file itself declares contradict each other. */
export function graphReasons(graph: OnnxGraph, { inputs, output, labels }: Parts, allInputsRead: boolean): string[] {
  const reasons = inputs.flatMap((input) => inputReasons(input, graph));
  const named = new Set(inputs.map(({ value }) => value.name));
  const unfed = graph.inputs.filter(({ name }) => !named.has(name)).map(({ name }) => name);
  if (allInputsRead && unfed.length > 0) reasons.push(`inputs: the file also asks for ${unfed.join(', ')}`);
  if (!output) return reasons;
  reasons.push(...namesOf(output).flatMap(({ name, path, integers }) => {
    const found = graph.outputs.find((one) => one.name === name);
    if (!found) return [`${path}: the file has no output ${name}, it has ${list(graph.outputs)}`];
    const wanted = output.kind === 'segmentation' ? ['float32'] : ['float32', 'float64', ...(integers ? ['int64', 'int32'] : [])];
    return wanted.includes(found.type) ? [] : [`${path}: the file answers ${name} as ${found.type}, ${wanted.join(' or ')} is read`];
  }));
  return [...reasons, ...labels.flatMap((label) => columnReasons(label, output, graph))];
}

function inputReasons({ path, value }: Placed<InputContract>, graph: OnnxGraph): string[] {
  const found = graph.inputs.find(({ name }) => name === value.name);
  if (!found) return [`${path}.name: the file has no input ${value.name}, it has ${list(graph.inputs)}`];
  const dtype = value.kind === 'volume' ? 'float32' : value.dtype;
  const reasons = found.type === dtype ? [] : [`${path}.dtype: the file takes ${value.name} as ${found.type}, the manifest makes ${dtype}`];
  const layout = value.kind === 'image' || value.kind === 'slice' ? ` (${value.layout})` : '';
  const shape = value.kind === 'volume' ? [1, 1, ...(value.shape === 'fixed' ? value.window : [null, null, null])] : shapeOf(value);
  if (found.dims && !agree(found.dims, shape)) reasons.push(`${path}: the file takes ${value.name} as ${shown(found.dims)}, the manifest makes ${shown(shape)}${layout}`);
  return reasons;
}

/** A dimension that is a name or is not said takes any size. */
function agree(declared: readonly (number | string | null)[], made: readonly (number | null)[]): boolean {
  return declared.length === made.length && declared.every((side, i) => typeof side !== 'number' || made[i] === null || side === made[i]);
}

/** A label beyond the columns that the file declares. */
function columnReasons({ path, value: { index, output: wanted } }: Placed<Pick<ModelLabel, 'index' | 'output'>>, output: OutputContract, graph: OnnxGraph): string[] {
  if (output.kind !== 'classification') return wanted === undefined ? [] : [`${path}.output: only a classification has several outputs of scores`];
  const scores = wanted === undefined ? output.scores[0] : output.scores.find(({ name }) => name === wanted);
  if (!scores) return [`${path}.output: ${wanted ?? ''} is not among output.scores`];
  const dims = graph.outputs.find(({ name }) => name === scores.name)?.dims;
  // The first dimension is the batch, where there are several.
  const columns = dims && (dims.length > 1 ? dims.slice(1) : dims);
  if (!columns?.every((side) => typeof side === 'number')) return [];
  const count = columns.reduce((product, side) => product * side, 1);
  return index < count ? [] : [`${path}.index: ${index} is beyond the ${count} column(s) of ${scores.name}`];
}

const shown = (dims: readonly (number | string | null)[]): string => `[${dims.map((side) => side ?? '?').join(', ')}]`;
const list = (declared: readonly Declared[]): string => declared.map(({ name, dims }) => `${name}${dims ? ` ${shown(dims)}` : ''}`).join(', ') || 'none';
