import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inputReasons } from './contract/input-reasons.ts';
import { shapeOf } from './contract/inputs.ts';
import { isSeries, manifestSchema, markedInput, readsViews } from './manifest.ts';

const guide = readFileSync(new URL('../../../../docs/hospital-it-guide.md', import.meta.url), 'utf8');
const example = manifestSchema.parse(JSON.parse(/## Adding a model[\s\S]*?```json\n([\s\S]*?)```/.exec(guide)?.[1] ?? ''));
const reasonsOf = (...changes: object[]): string[] => inputReasons(changes.map((change, i) => ({ path: `inputs.${i}`, value: { ...example.inputs[0]!, ...change } as never })), example.output);

test('the manifest of the guide is one', () => {
  expect(inputReasons(example.inputs.map((value, i) => ({ path: `inputs.${i}`, value })), example.output)).toEqual([]);
  expect(example.inputs.map((input) => (input.kind === 'volume' ? [] : shapeOf(input)))).toEqual([[1, 320, 320, 1], [1, 256, 256, 3], [1, 1]]);
  expect([isSeries(example), readsViews(example), markedInput(example).name]).toEqual([false, true, 'frontal']);
});

test.each([
  [[{ channels: 2, normalise: { kind: 'imagenet' } }], 'inputs.0.normalise: 3 number(s) for 2 channel(s)'],
  [[{ kind: 'slice', neighbours: 1, channels: 1 }], 'inputs.0.channels: a slice between its neighbours has 3'],
  [[{ intensity: { kind: 'window', windows: ['brain', 'bone'] }, channels: 3 }], 'inputs.0.intensity.windows: there are 2 for 3 channel(s)'],
  [[{ intensity: { kind: 'stretch', low: 0.5, high: 0.5, measured: 'stored' } }], 'inputs.0.intensity: low must be below high'],
  [[{ rows: 100 }], 'inputs.0.fit: pad makes a square, 100 x 320 is none'],
  [[{ fit: 'head' }], 'inputs.0.head: belongs to fit head'],
  [[{ dtype: 'uint8', intensity: { kind: 'modality' } }], 'inputs.0.dtype: uint8 cannot hold the units of the modality'],
  [[{}, {}], 'inputs.1.name: another input is called frontal'],
  [[{}, { name: 'b', kind: 'slice' }], 'inputs: image and slice do not go together'],
  [[{}, { name: 'b', select: undefined }], 'inputs: either every image is chosen by its attributes (select) or none'],
  [[{ name: 'b' }], 'output.map.of: frontal is no input of pixels'],
  [[{ kind: 'volume' }, { name: 'b' }], 'inputs: a volume is the only input'],
] as const)('inputs that contradict themselves are named with their path: %#', (changes, reason) => {
  expect(reasonsOf(...changes)).toContain(reason);
});
