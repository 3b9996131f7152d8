/** Modality values (PS3.3 C.7.3.1.1.1) of series that describe or annotate others: they never name a study's main modality. */
const ABOUT_OTHER_SERIES: ReadonlySet<string> = new Set([
  'ANN', 'AU', 'DOC', 'FID', 'IHE', 'KO', 'M3D', 'PLAN', 'PR', 'REG', 'RTINTENT', 'RTPLAN', 'RTRAD', 'RTRECORD', 'RTSEGANN',
  'RTSTRUCT', 'RWV', 'SEG', 'SMR', 'SR', 'STAIN', 'TEXTUREMAP',
]);

export function isAcquiredModality(modality: string): boolean {
  return modality !== '' && !ABOUT_OTHER_SERIES.has(modality);
}
