import type { CharacterSet } from './charset.ts';
import type { Attribute } from './writer.ts';

export type PatientFacts = {
  readonly name: string;
  readonly id: string;
  /** `YYYYMMDD` */
  readonly birthDate: string;
  readonly sex: 'M' | 'F';
  readonly age: string;
  readonly characterSet: CharacterSet;
};
export type StudyFacts = {
  readonly studyUid: string;
  readonly accessionNumber: string;
  readonly description: string;
  readonly at: Date;
  /** Requested Procedure Priority (0040,1003); empty leaves the attribute out. */
  readonly priority: string;
  readonly referringPhysician: string;
};
export type SeriesFacts = { readonly seriesUid: string; readonly number: number; readonly description: string; readonly modality: string; readonly bodyPart: string };
export type InstanceFacts = { readonly sopClassUid: string; readonly sopInstanceUid: string; readonly number: number };
export type PixelFacts = { readonly rows: number; readonly columns: number; readonly bitsAllocated: 8 | 16; readonly bitsStored: number; readonly signed: boolean; readonly data: Uint8Array };

const INSTITUTION = 'Readroom Demo Hospital';

export const date = (at: Date): string => at.toISOString().slice(0, 10).replaceAll('-', '');
export const time = (at: Date): string => at.toISOString().slice(11, 19).replaceAll(':', '');

/** Patient (PS3.3 C.7.1.1) and General Study (C.7.2.1); Synthetic Data (0008,001C) is what says "not a person". */
export function studyAttributes(patient: PatientFacts, study: StudyFacts): Attribute[] {
  const attributes: Attribute[] = [
    { tag: '00080005', vr: 'CS', value: patient.characterSet },
    { tag: '0008001c', vr: 'CS', value: 'YES' },
    { tag: '00080020', vr: 'DA', value: date(study.at) },
    { tag: '00080030', vr: 'TM', value: time(study.at) },
    { tag: '00080050', vr: 'SH', value: study.accessionNumber },
    { tag: '00080080', vr: 'LO', value: INSTITUTION },
    { tag: '00080090', vr: 'PN', value: study.referringPhysician },
    { tag: '00081030', vr: 'LO', value: study.description },
    { tag: '00100010', vr: 'PN', value: patient.name },
    { tag: '00100020', vr: 'LO', value: patient.id },
    { tag: '00100021', vr: 'LO', value: 'RRDEMO' },
    { tag: '00100030', vr: 'DA', value: patient.birthDate },
    { tag: '00100040', vr: 'CS', value: patient.sex },
    { tag: '00101010', vr: 'AS', value: patient.age },
    { tag: '0020000d', vr: 'UI', value: study.studyUid },
    { tag: '00200010', vr: 'SH', value: study.accessionNumber },
  ];
  if (study.priority) attributes.push({ tag: '00401003', vr: 'SH', value: study.priority });
  return attributes;
}

/** General Series, General Equipment, General Image and SOP Common. */
export function imageAttributes(series: SeriesFacts, instance: InstanceFacts, at: Date, imageType: string): Attribute[] {
  return [
    { tag: '00080008', vr: 'CS', value: imageType },
    { tag: '00080016', vr: 'UI', value: instance.sopClassUid },
    { tag: '00080018', vr: 'UI', value: instance.sopInstanceUid },
    { tag: '00080021', vr: 'DA', value: date(at) },
    { tag: '00080031', vr: 'TM', value: time(at) },
    { tag: '00080022', vr: 'DA', value: date(at) },
    { tag: '00080032', vr: 'TM', value: time(at) },
    { tag: '00080023', vr: 'DA', value: date(at) },
    { tag: '00080033', vr: 'TM', value: time(at) },
    { tag: '00080060', vr: 'CS', value: series.modality },
    { tag: '00080070', vr: 'LO', value: 'Readroom' },
    { tag: '00081090', vr: 'LO', value: 'Phantom generator' },
    { tag: '0008103e', vr: 'LO', value: series.description },
    { tag: '00180015', vr: 'CS', value: series.bodyPart },
    { tag: '00181020', vr: 'LO', value: '1' },
    { tag: '0020000e', vr: 'UI', value: series.seriesUid },
    { tag: '00200011', vr: 'IS', value: String(series.number) },
    { tag: '00200013', vr: 'IS', value: String(instance.number) },
  ];
}

/** Image Pixel (PS3.3 C.7.6.3), greyscale. */
export function pixelAttributes(pixels: PixelFacts): Attribute[] {
  return [
    { tag: '00280002', vr: 'US', value: [1] },
    { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' },
    { tag: '00280010', vr: 'US', value: [pixels.rows] },
    { tag: '00280011', vr: 'US', value: [pixels.columns] },
    { tag: '00280100', vr: 'US', value: [pixels.bitsAllocated] },
    { tag: '00280101', vr: 'US', value: [pixels.bitsStored] },
    { tag: '00280102', vr: 'US', value: [pixels.bitsStored - 1] },
    { tag: '00280103', vr: 'US', value: [pixels.signed ? 1 : 0] },
    { tag: '7fe00010', vr: pixels.bitsAllocated === 16 ? 'OW' : 'OB', value: pixels.data },
  ];
}

export function windowAttributes(center: number, width: number): Attribute[] {
  return [{ tag: '00281050', vr: 'DS', value: String(center) }, { tag: '00281051', vr: 'DS', value: String(width) }];
}

/** Image Plane (PS3.3 C.7.6.2) of an axial slice: `zMm` is its height, the first pixel's centre is at (`xMm`, `yMm`). */
export function planeAttributes(frameOfReferenceUid: string, spacingMm: number, thicknessMm: number, xMm: number, yMm: number, zMm: number): Attribute[] {
  return [
    { tag: '00180050', vr: 'DS', value: decimal(thicknessMm) },
    { tag: '00200032', vr: 'DS', value: [xMm, yMm, zMm].map(decimal).join('\\') },
    { tag: '00200037', vr: 'DS', value: '1\\0\\0\\0\\1\\0' },
    { tag: '00200052', vr: 'UI', value: frameOfReferenceUid },
    { tag: '00201040', vr: 'LO', value: '' },
    { tag: '00201041', vr: 'DS', value: decimal(zMm) },
    { tag: '00280030', vr: 'DS', value: `${decimal(spacingMm)}\\${decimal(spacingMm)}` },
  ];
}

const decimal = (value: number): string => String(Math.round(value * 1000) / 1000);
