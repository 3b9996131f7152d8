import sharp from 'sharp';
import { writeFile } from '../../../../tools/phantom/dicom/writer.ts';
import type { Attribute } from '../../../../tools/phantom/dicom/writer.ts';
import { sharedPath } from './shared-files.ts';

/** DICOM made from the labelled pictures of ../shared/data, the way the models' input contract describes them. */
export type GradedImage = { readonly sopInstanceUid: string; readonly bytes: Uint8Array };

const CR_STORAGE = '1.2.840.10008.5.1.4.1.1.1';
const CT_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
const US_STORAGE = '1.2.840.10008.5.1.4.1.1.6.1';
const MR_STORAGE = '1.2.840.10008.5.1.4.1.1.4';

async function grey(file: string): Promise<{ rows: number; columns: number; data: Uint8Array }> {
  const { data, info } = await sharp(sharedPath(file)).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { rows: info.height, columns: info.width, data: new Uint8Array(data) };
}

const common = (uid: string, series: string, sopClass: string, modality: string, bodyPart: string, rows: number, columns: number, bits: number): Attribute[] => [
  { tag: '00080016', vr: 'UI', value: sopClass }, { tag: '00080018', vr: 'UI', value: uid }, { tag: '00080060', vr: 'CS', value: modality },
  { tag: '00180015', vr: 'CS', value: bodyPart }, { tag: '0020000d', vr: 'UI', value: '2.25.1' }, { tag: '0020000e', vr: 'UI', value: series },
  { tag: '00280002', vr: 'US', value: [1] }, { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' }, { tag: '00280010', vr: 'US', value: [rows] },
  { tag: '00280011', vr: 'US', value: [columns] }, { tag: '00280100', vr: 'US', value: [bits] }, { tag: '00280101', vr: 'US', value: [bits] },
  { tag: '00280102', vr: 'US', value: [bits - 1] }, { tag: '00280103', vr: 'US', value: [0] },
];

/** An 8-bit MONOCHROME2 CR, BodyPartExamined CHEST. */
export async function chestDicom(file: string, sopInstanceUid: string): Promise<GradedImage> {
  const { rows, columns, data } = await grey(file);
  const attributes: Attribute[] = [...common(sopInstanceUid, `${sopInstanceUid}.1`, CR_STORAGE, 'CR', 'CHEST', rows, columns, 8), { tag: '7fe00010', vr: 'OB', value: data }];
  return { sopInstanceUid, bytes: new Uint8Array(writeFile(CR_STORAGE, sopInstanceUid, attributes, 'ISO_IR 100')) };
}

/** A 16-bit CT slice, BodyPartExamined HEAD, Hounsfield units = grey x 80 / 255 through the rescale. */
export async function headDicom(file: string, sopInstanceUid: string, seriesUid: string, position: number): Promise<GradedImage> {
  const { rows, columns, data } = await grey(file);
  const attributes: Attribute[] = [
    ...common(sopInstanceUid, seriesUid, CT_STORAGE, 'CT', 'HEAD', rows, columns, 16),
    { tag: '00200013', vr: 'IS', value: String(position + 1) },
    { tag: '00200032', vr: 'DS', value: `0\\0\\${position * 5}` }, { tag: '00200037', vr: 'DS', value: '1\\0\\0\\0\\1\\0' },
    { tag: '00281050', vr: 'DS', value: '40' }, { tag: '00281051', vr: 'DS', value: '80' },
    { tag: '00281052', vr: 'DS', value: '0' }, { tag: '00281053', vr: 'DS', value: (80 / 255).toFixed(12) },
    { tag: '7fe00010', vr: 'OW', value: new Uint8Array(Uint16Array.from(data).buffer) },
  ];
  return { sopInstanceUid, bytes: new Uint8Array(writeFile(CT_STORAGE, sopInstanceUid, attributes, 'ISO_IR 100')) };
}

/** An 8-bit MONOCHROME2 ultrasound still, BodyPartExamined BREAST. */
export async function breastDicom(file: string, sopInstanceUid: string): Promise<GradedImage> {
  const { rows, columns, data } = await grey(file);
  const attributes: Attribute[] = [...common(sopInstanceUid, `${sopInstanceUid}.1`, US_STORAGE, 'US', 'BREAST', rows, columns, 8), { tag: '7fe00010', vr: 'OB', value: data }];
  return { sopInstanceUid, bytes: new Uint8Array(writeFile(US_STORAGE, sopInstanceUid, attributes, 'ISO_IR 100')) };
}

/** A 16-bit MR slice, BodyPartExamined BRAIN; magnitudes = grey x 16 x the field at (x, y), both -1..1. */
export async function brainDicom(file: string, sopInstanceUid: string, field: (x: number, y: number) => number = () => 1): Promise<GradedImage> {
  const { rows, columns, data } = await grey(file);
  const values = Uint16Array.from(data, (value, i) => Math.round(value * 16 * field((2 * (i % columns)) / columns - 1, (2 * Math.floor(i / columns)) / rows - 1)));
  const attributes: Attribute[] = [
    ...common(sopInstanceUid, `${sopInstanceUid}.1`, MR_STORAGE, 'MR', 'BRAIN', rows, columns, 16), { tag: '00200013', vr: 'IS', value: '1' },
    { tag: '7fe00010', vr: 'OW', value: new Uint8Array(values.buffer) },
  ];
  return { sopInstanceUid, bytes: new Uint8Array(writeFile(MR_STORAGE, sopInstanceUid, attributes, 'ISO_IR 100')) };
}
