import type { AnalysisReason } from '@readroom/shared/finding/analysis';
import { shapeOf } from '../contract/inputs.ts';
import type { ScalarInput } from '../contract/inputs.ts';
import type { Manifest } from '../manifest.ts';
import type { TensorData } from '../tensor.ts';
import type { ImageHeader } from './header.ts';

/** The number an input reads from the header; undefined where it is absent and the contract has no other for it. */
function numberOf(input: ScalarInput, { ageYears, sex }: Pick<ImageHeader, 'ageYears' | 'sex'>): number | undefined {
  const { value } = input;
  const own = value.attribute === 'PatientAge' ? ageYears : sex === 'M' || sex === 'F' || sex === 'O' ? value[sex] : null;
  return own ?? input.missing ?? undefined;
}

/** Why a study cannot be shown to a model that also reads the patient's age or sex. */
export function scalarRefusal(header: ImageHeader, { inputs }: Manifest): AnalysisReason | undefined {
  const absent = inputs.find((input) => input.kind === 'scalar' && numberOf(input, header) === undefined);
  return absent?.kind === 'scalar' ? { code: 'missing-attribute', text: `${absent.value.attribute} is missing or has another value: the model needs it.` } : undefined;
}

export function scalarTensor(input: ScalarInput, header: ImageHeader): TensorData {
  const value = ((numberOf(input, header) ?? 0) - input.mean) / input.std;
  const dims = shapeOf(input);
  return input.dtype === 'int64' ? { dtype: 'int64', data: BigInt64Array.of(BigInt(Math.round(value))), dims } : { dtype: 'float32', data: Float32Array.of(value), dims };
}
