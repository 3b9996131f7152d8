import type { Section, SectionTexts } from './report.ts';

type Template = Partial<Record<Section, readonly string[]>>;

/**
 * Headings to write under, never sentences that claim a normal finding: text that nobody looked for must not be signable by default.
 * Keys are Modality (0008,0060), with the body part where the wording depends on it.
 */
const TEMPLATES: Readonly<Record<string, Template>> = {
  'CR/CHEST': { findings: ['Lungs and pleura: ', 'Heart and mediastinum: ', 'Bones and soft tissues: ', 'Lines and devices: '] },
  'CT/HEAD': {
    findings: ['Brain parenchyma: ', 'Extra-axial spaces: ', 'Ventricles and midline: ', 'Skull and soft tissues: ', 'Sinuses and mastoids: '],
  },
  CT: { findings: ['Technique: ', 'Findings: '] },
  MR: { findings: ['Sequences: ', 'Findings: '] },
  US: { findings: ['Organs examined: ', 'Findings: ', 'Limits of the examination: '] },
  CR: { findings: ['Findings: '] },
};

/** Digital radiography and computed radiography are read alike. */
const ALIASES: Readonly<Record<string, string>> = { DX: 'CR', RF: 'CR' };

/** The text a new report opens with, by modality and body part as DICOM spells them (any case). */
export function templateFor(modality: string, bodyPart: string): SectionTexts {
  const upper = modality.toUpperCase();
  const kind = ALIASES[upper] ?? upper;
  const template = TEMPLATES[`${kind}/${bodyPart.toUpperCase()}`] ?? TEMPLATES[kind] ?? {};
  return {
    indication: template.indication ?? [],
    comparison: template.comparison ?? [],
    findings: template.findings ?? [],
    impression: template.impression ?? [],
  };
}
