import type { Placed } from './graph-reasons.ts';
import { isPixels, statisticsOf } from './inputs.ts';
import type { InputContract, PixelInput } from './inputs.ts';
import type { OutputContract } from './output.ts';

/** What contradicts itself among inputs that are well formed each. */
export function inputReasons(inputs: readonly Placed<InputContract>[], output: OutputContract | undefined): string[] {
  const reasons = inputs.flatMap(({ path, value }) => (isPixels(value) ? pixelReasons(value).map((reason) => `${path}${reason}`) : []));
  const names = inputs.map(({ value }) => value.name);
  reasons.push(...inputs.filter(({ value }, i) => names.indexOf(value.name) !== i).map(({ path, value }) => `${path}.name: another input is called ${value.name}`));
  const kinds = new Set(inputs.map(({ value }) => value.kind).filter((kind) => kind !== 'scalar'));
  if (kinds.size > 1) reasons.push(`inputs: ${[...kinds].join(' and ')} do not go together`);
  const volumes = inputs.filter(({ value }) => value.kind === 'volume').length;
  if (volumes > 0 && inputs.length > 1) reasons.push('inputs: a volume is the only input');
  if (inputs.length > 0 && output && (volumes > 0) !== (output.kind === 'segmentation')) reasons.push('an input of the kind volume and a segmentation go together');
  if (inputs.length > 0 && kinds.size === 0) reasons.push('inputs: a model reads images, slices or a volume');
  const selecting = inputs.filter(({ value }) => value.kind === 'image' && value.select !== undefined);
  const images = inputs.filter(({ value }) => value.kind === 'image');
  if (selecting.length > 0 && selecting.length < images.length) reasons.push('inputs: either every image is chosen by its attributes (select) or none');
  return [...reasons, ...markedReasons(inputs, output)];
}

function* channelReasons(input: PixelInput): Generator<string> {
  const { channels, intensity } = input;
  const neighbours = input.kind === 'slice' && input.neighbours > 0;
  const windows = intensity.kind === 'window' ? intensity.windows.length : 1;
  if (neighbours && channels !== 3) yield '.channels: a slice between its neighbours has 3';
  if (neighbours && windows > 1) yield '.intensity.windows: a slice between its neighbours has one window';
  if (windows > 1 && windows !== channels) yield `.intensity.windows: there are ${windows} for ${channels} channel(s)`;
  const { mean = [], std = [] } = statisticsOf(input) ?? {};
  const wrong = [mean, std].find(({ length }) => length > 0 && length !== channels);
  if (wrong) yield `.normalise: ${wrong.length} number(s) for ${channels} channel(s)`;
}

function* greyReasons({ intensity, fit, head, rows, columns, dtype, normalise, marks, field }: PixelInput): Generator<string> {
  if (intensity.kind === 'stretch' && !(intensity.low < intensity.high)) yield '.intensity: low must be below high';
  if (intensity.kind === 'stretch' && intensity.measured === 'resized' && fit !== 'squash') yield `.intensity.measured: with fit ${fit} it is measured as stored`;
  if (fit !== 'squash' && rows !== columns) yield `.fit: ${fit} makes a square, ${rows} x ${columns} is none`;
  if ((fit === 'head') !== (head !== undefined)) yield '.head: belongs to fit head';
  if (fit === 'head' && intensity.kind !== 'window') yield '.fit: head needs a window';
  if (dtype === 'uint8' && intensity.kind === 'modality') yield '.dtype: uint8 cannot hold the units of the modality';
  if (dtype === 'uint8' && normalise.kind !== 'none') yield '.normalise: uint8 is not normalised';
  if ((marks ?? field) && (intensity.kind !== 'stretch' || rows !== columns)) yield ': marks and field need a stretch and a square';
  if (marks && fit !== 'squash') yield '.marks: need fit squash';
}

const pixelReasons = (input: PixelInput): string[] => [...channelReasons(input), ...greyReasons(input)];

/** Maps and boxes lie on the image of one of the inputs. */
function markedReasons(inputs: readonly Placed<InputContract>[], output: OutputContract | undefined): string[] {
  const [path, of] = output?.kind === 'classification' ? ['output.map.of', output.map?.of] : output?.kind === 'detection' ? ['output.boxes.of', output.boxes.of] : ['', undefined];
  if (of === undefined || inputs.some(({ value }) => isPixels(value) && value.name === of)) return [];
  return [`${path}: ${of} is no input of pixels`];
}
