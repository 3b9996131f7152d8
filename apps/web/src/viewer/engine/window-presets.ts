/** Window centre and width in the modality's units (HU for CT), PS3.3 C.11.2.1.2. */
export interface WindowPreset {
  readonly key: string;
  readonly name: string;
  readonly center: number;
  readonly width: number;
}

/** As a CT reader knows them from OHIF's number keys, the brain first: it is what this house reads most. */
const CT: readonly WindowPreset[] = [
  { key: '1', name: 'Brain', center: 40, width: 80 },
  { key: '2', name: 'Subdural', center: 75, width: 215 },
  { key: '3', name: 'Stroke', center: 32, width: 8 },
  { key: '4', name: 'Bone', center: 600, width: 2800 },
  { key: '5', name: 'Soft tissue', center: 40, width: 400 },
  { key: '6', name: 'Lung', center: -600, width: 1500 },
  { key: '7', name: 'Mediastinum', center: 50, width: 350 },
  { key: '8', name: 'Abdomen', center: 60, width: 400 },
  { key: '9', name: 'Liver', center: 80, width: 150 },
];

/** Presets in Hounsfield units mean nothing for any other modality. */
export function presetsFor(modality: string): readonly WindowPreset[] {
  return modality === 'CT' ? CT : [];
}

/** Lower and upper bound of the linear window (PS3.3 C.11.2.1.2.1 without the half-step, as Cornerstone takes it). */
export function rangeOf(preset: WindowPreset): { lower: number; upper: number } {
  return { lower: preset.center - preset.width / 2, upper: preset.center + preset.width / 2 };
}
