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

interface Range {
  readonly lower: number;
  readonly upper: number;
}

/** The first and the last value of a linear window (PS3.3 C.11.2.1.2.1): W 80 L 40 is 0 to 79. */
export function rangeOf({ center, width }: { readonly center: number; readonly width: number }): Range {
  return { lower: center - 0.5 - (width - 1) / 2, upper: center - 0.5 + (width - 1) / 2 };
}

/** The window a range is, as DICOM names it. */
export function windowOf({ lower, upper }: Range): { readonly center: number; readonly width: number } {
  return { center: (lower + upper + 1) / 2, width: upper - lower + 1 };
}
