import type { Severity } from './finding.ts';

export interface CatalogueEntry {
  readonly code: string;
  readonly label: string;
  /** The severities a model may give it, the usual one first. What is outside contradicts the catalogue. */
  readonly severities: readonly [Severity, ...Severity[]];
  /** SNOMED CT concept id and preferred term; null where the label is no one concept, or sources don't agree which. */
  readonly snomed: { readonly id: string; readonly term: string } | null;
  /** What data sets call it, beside its code and label. */
  readonly aliases: readonly string[];
  /** A neutral sentence a report may carry; the model's words, not a diagnosis. */
  readonly sentence: string;
}

const snomed = (id: string, term: string): CatalogueEntry['snomed'] => ({ id, term });

/** Intracranial haemorrhage and its places. */
const HEAD: readonly CatalogueEntry[] = [
  { code: 'intracranial-haemorrhage', label: 'Intracranial haemorrhage', severities: ['critical'], snomed: snomed('1386000', 'Intracranial hemorrhage'), aliases: ['hemorrhage', 'haemorrhage', 'intracranial-hemorrhage', 'ich', 'bleed'], sentence: 'Hyperdense area suspicious for acute intracranial haemorrhage.' },
  { code: 'intraparenchymal-haemorrhage', label: 'Intraparenchymal haemorrhage', severities: ['critical'], snomed: snomed('274100004', 'Cerebral hemorrhage'), aliases: ['intraparenchymal', 'intraparenchymal-hemorrhage', 'cerebral-hemorrhage'], sentence: 'Hyperdense area suspicious for acute haemorrhage in the brain.' },
  { code: 'subarachnoid-haemorrhage', label: 'Subarachnoid haemorrhage', severities: ['critical'], snomed: snomed('21454007', 'Subarachnoid intracranial hemorrhage'), aliases: ['subarachnoid', 'subarachnoid-hemorrhage', 'sah'], sentence: 'Hyperdense subarachnoid space suspicious for acute haemorrhage.' },
  { code: 'subdural-haemorrhage', label: 'Subdural haemorrhage', severities: ['critical', 'urgent'], snomed: snomed('35486000', 'Subdural intracranial hemorrhage'), aliases: ['subdural', 'subdural-hemorrhage', 'sdh'], sentence: 'Collection along the brain suspicious for subdural haemorrhage.' },
  { code: 'epidural-haemorrhage', label: 'Epidural haemorrhage', severities: ['critical'], snomed: null, aliases: ['epidural', 'epidural-hemorrhage', 'edh'], sentence: 'Collection along the skull suspicious for epidural haemorrhage.' },
  { code: 'intraventricular-haemorrhage', label: 'Intraventricular haemorrhage', severities: ['critical'], snomed: null, aliases: ['intraventricular', 'intraventricular-hemorrhage', 'ivh'], sentence: 'Hyperdense ventricle suspicious for haemorrhage.' },
];

/** The fourteen labels of ChestX-ray14 and CheXNet, and what else is sought in a chest. */
const CHEST: readonly CatalogueEntry[] = [
  { code: 'atelectasis', label: 'Atelectasis', severities: ['routine', 'urgent'], snomed: snomed('46621007', 'Atelectasis'), aliases: [], sentence: 'Opacity with volume loss suspicious for atelectasis.' },
  { code: 'cardiomegaly', label: 'Cardiomegaly', severities: ['routine'], snomed: snomed('8186001', 'Cardiomegaly'), aliases: [], sentence: 'The heart appears enlarged.' },
  { code: 'consolidation', label: 'Consolidation', severities: ['urgent', 'routine'], snomed: snomed('95436008', 'Lung consolidation'), aliases: [], sentence: 'Pulmonary opacity suspicious for consolidation.' },
  { code: 'pulmonary-oedema', label: 'Pulmonary oedema', severities: ['urgent', 'critical'], snomed: snomed('19242006', 'Pulmonary edema'), aliases: ['edema', 'oedema', 'pulmonary-edema'], sentence: 'Pulmonary vessels and interstitium suspicious for oedema.' },
  { code: 'pleural-effusion', label: 'Pleural effusion', severities: ['urgent', 'routine'], snomed: snomed('60046008', 'Pleural effusion'), aliases: ['effusion'], sentence: 'Pleural opacity suspicious for effusion.' },
  { code: 'emphysema', label: 'Emphysema', severities: ['routine'], snomed: snomed('87433001', 'Pulmonary emphysema'), aliases: ['pulmonary-emphysema'], sentence: 'Hyperlucent lung suspicious for emphysema.' },
  { code: 'pulmonary-fibrosis', label: 'Pulmonary fibrosis', severities: ['routine'], snomed: snomed('51615001', 'Pulmonary fibrosis'), aliases: ['fibrosis'], sentence: 'Reticular opacity suspicious for fibrosis.' },
  // The label covers hiatal and diaphragmatic hernias: no one concept is meant.
  { code: 'hernia', label: 'Hernia', severities: ['routine'], snomed: null, aliases: ['hiatal-hernia', 'diaphragmatic-hernia'], sentence: 'Contour suspicious for a hernia through the diaphragm.' },
  { code: 'infiltration', label: 'Infiltration', severities: ['urgent', 'routine'], snomed: null, aliases: ['infiltrate'], sentence: 'Ill-defined pulmonary opacity.' },
  { code: 'lung-mass', label: 'Lung mass', severities: ['urgent', 'routine'], snomed: snomed('309529002', 'Lung mass'), aliases: ['mass'], sentence: 'Pulmonary opacity suspicious for a mass.' },
  { code: 'lung-nodule', label: 'Lung nodule', severities: ['routine', 'urgent'], snomed: snomed('786838002', 'Nodule of lung'), aliases: ['nodule'], sentence: 'Small pulmonary opacity suspicious for a nodule.' },
  { code: 'pleural-thickening', label: 'Pleural thickening', severities: ['routine'], snomed: null, aliases: [], sentence: 'The pleura appears thickened.' },
  { code: 'pneumonia', label: 'Pneumonia', severities: ['urgent'], snomed: snomed('233604007', 'Pneumonia'), aliases: [], sentence: 'Pulmonary opacity suspicious for pneumonia.' },
  { code: 'pneumothorax', label: 'Pneumothorax', severities: ['critical', 'urgent'], snomed: snomed('36118008', 'Pneumothorax'), aliases: [], sentence: 'Pleural line suspicious for pneumothorax.' },
  { code: 'pulmonary-embolism', label: 'Pulmonary embolism', severities: ['critical', 'urgent'], snomed: snomed('59282003', 'Pulmonary embolism'), aliases: [], sentence: 'Filling defect suspicious for pulmonary embolism.' },
  { code: 'fracture', label: 'Fracture', severities: ['urgent', 'critical', 'routine'], snomed: snomed('125605004', 'Fracture of bone'), aliases: [], sentence: 'Cortical irregularity suspicious for a fracture.' },
];

/** Tumours of the brain and lesions of the breast. */
const TUMOURS: readonly CatalogueEntry[] = [
  { code: 'glioma', label: 'Glioma', severities: ['urgent', 'routine'], snomed: snomed('393564001', 'Glioma'), aliases: [], sentence: 'Intra-axial lesion suspicious for glioma.' },
  { code: 'meningioma', label: 'Meningioma', severities: ['urgent', 'routine'], snomed: snomed('302820008', 'Intracranial meningioma'), aliases: [], sentence: 'Extra-axial lesion suspicious for meningioma.' },
  // An adenoma has a code; which tumour of the pituitary it is, a picture does not say.
  { code: 'pituitary-tumour', label: 'Pituitary tumour', severities: ['urgent', 'routine'], snomed: null, aliases: ['pituitary', 'pituitary-tumor'], sentence: 'Sellar lesion suspicious for a tumour of the pituitary.' },
  { code: 'breast-lesion-malignant', label: 'Breast lesion, suspicious for malignancy', severities: ['urgent'], snomed: snomed('254837009', 'Malignant neoplasm of breast'), aliases: ['malignant', 'breast-cancer'], sentence: 'Breast lesion suspicious for malignancy.' },
  { code: 'breast-lesion-benign', label: 'Breast lesion, benign appearance', severities: ['routine'], snomed: null, aliases: ['benign'], sentence: 'Breast lesion of benign appearance.' },
];

/** What is measured, not suspected: a finding of these carries sizes and says nothing of health. */
const STRUCTURES: readonly CatalogueEntry[] = [
  { code: 'hippocampus', label: 'Hippocampus', severities: ['routine'], snomed: null, aliases: [], sentence: 'Hippocampus measured.' },
];

export const ENTRIES: readonly CatalogueEntry[] = [...HEAD, ...CHEST, ...TUMOURS, ...STRUCTURES];
