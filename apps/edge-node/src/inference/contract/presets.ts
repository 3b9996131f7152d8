import { z } from 'zod';
import { CATALOGUE } from '@readroom/shared/finding/catalogue';

/** The labels of ChestX-ray14 in the order of its columns. */
const CHEST_LABELS = [
  'atelectasis', 'cardiomegaly', 'pleural-effusion', 'infiltration', 'lung-mass', 'lung-nodule', 'pneumonia', 'pneumothorax', 'consolidation', 'pulmonary-oedema', 'emphysema', 'pulmonary-fibrosis', 'pleural-thickening', 'hernia',
] as const;

const presetSchema = z.strictObject({
  name: z.literal('chexnet'),
  /** The graph's names. */
  input: z.string().min(1),
  output: z.string().min(1),
  activation: z.enum(['none', 'sigmoid']),
});

/** A DenseNet-121 with fourteen columns: 224 x 224, three channels, ImageNet statistics. Nobody is called by it until its owner sets an alert threshold. */
function chexnet({ input, output, activation }: z.infer<typeof presetSchema>): Record<string, unknown> {
  return {
    routing: { modalities: ['CR', 'DX'], bodyParts: ['CHEST', 'THORAX', 'LUNG', 'LUNGS'], refusedViews: ['LL', 'RL', 'LATERAL', 'LLO', 'RLO'] },
    inputs: [{ kind: 'image', name: input, layout: 'NCHW', rows: 224, columns: 224, channels: 3, intensity: { kind: 'display' }, normalise: { kind: 'imagenet' } }],
    output: { kind: 'classification', scores: [{ name: output, activation }] },
    labels: CHEST_LABELS.map((code, index) => ({ index, code, severity: CATALOGUE.get(code)?.severities[0], threshold: 0.5, alertThreshold: 1 })),
  };
}

/** The manifest with what its `preset` stands for; its own fields win. What is wrong with the preset is answered beside. */
export function withPreset(document: unknown): { readonly document: unknown; readonly reasons: readonly string[] } {
  if (typeof document !== 'object' || document === null || !('preset' in document)) return { document, reasons: [] };
  const { preset, ...own } = document;
  const parsed = presetSchema.safeParse(preset);
  if (parsed.success) return { document: { ...chexnet(parsed.data), ...own }, reasons: [] };
  return { document: own, reasons: parsed.error.issues.map(({ path, message }) => `preset${path.map((part) => `.${String(part)}`).join('')}: ${message}`) };
}
