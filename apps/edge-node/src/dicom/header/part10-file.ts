import { open } from 'node:fs/promises';
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN, transferSyntax } from '@readroom/shared/dicom/transfer-syntax';
import { bufferSource } from './byte-source.ts';
import { readHeader, readLeading } from './header.ts';
import { StructureError } from './structure.ts';

/** What a file says of the object in it, and where its data set begins. */
export interface DicomFile {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly dataSetAt: number;
}

export type FileReading = DicomFile | { readonly problem: 'not-dicom' | 'directory' | 'no-transfer-syntax' | 'no-identifiers' };

const PREFIX_AT = 128;
const MEDIA_DIRECTORY = '1.2.840.10008.1.3.10';
/** File Meta Information is some hundred bytes; private ones (0002,0102) may add kilobytes. */
const MOST_META_BYTES = 1024 * 1024;
/** A file without meta information is walked whole to find out whether it is a data set at all. */
const MOST_BARE_BYTES = 512 * 1024 * 1024;

/** Reads the beginning of a file: PS3.10 with preamble, or a bare data set as some archives export it. */
export async function readDicomFile(path: string): Promise<FileReading> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = await readStart(file, Math.min(size, 64 * 1024));
    if (start.toString('latin1', PREFIX_AT, PREFIX_AT + 4) === 'DICM') return await readMeta(file, start, size);
    if (!looksBare(start) || size > MOST_BARE_BYTES) return { problem: 'not-dicom' };
    return readBare(await readStart(file, size));
  } finally {
    await file.close();
  }
}

type File = Awaited<ReturnType<typeof open>>;

async function readStart(file: File, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, 0);
  return bytes.subarray(0, bytesRead);
}

/** Group 2 is always explicit VR little endian (PS3.10 7.1). Its elements are walked one by one: the group length is often wrong. */
async function readMeta(file: File, start: Buffer, size: number): Promise<FileReading> {
  let at = PREFIX_AT + 4;
  let bytes = start;
  const values = new Map<number, string>();
  for (;;) {
    if (at + 12 > bytes.length && bytes.length < Math.min(size, MOST_META_BYTES)) bytes = await readStart(file, Math.min(size, MOST_META_BYTES));
    if (at + 8 > bytes.length || bytes.readUInt16LE(at) !== 0x0002) break;
    const long = /^O[BDFLVW]|S[QV]|U[CNRTV]$/.test(bytes.toString('latin1', at + 4, at + 6));
    if (long && at + 12 > bytes.length) break;
    const length = long ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6);
    const valueAt = at + (long ? 12 : 8);
    if (valueAt + length > size) return { problem: 'not-dicom' };
    values.set(bytes.readUInt16LE(at + 2), bytes.toString('latin1', valueAt, Math.min(valueAt + length, valueAt + 64)).replace(/[\0 ]+$/, ''));
    at = valueAt + length;
  }
  const file10 = { sopClassUid: values.get(0x0002) ?? '', sopInstanceUid: values.get(0x0003) ?? '', transferSyntaxUid: values.get(0x0010) ?? '', dataSetAt: at };
  if (file10.sopClassUid === MEDIA_DIRECTORY) return { problem: 'directory' };
  if (file10.transferSyntaxUid === '') return { problem: 'no-transfer-syntax' };
  const found = { ...file10, ...ownIdentifiers(bytes.subarray(at), file10) };
  return found.sopClassUid === '' || found.sopInstanceUid === '' ? { problem: 'no-identifiers' } : found;
}

const SOP_CLASS_UID = 0x00080016;
const SOP_INSTANCE_UID = 0x00080018;

/** Programs that change a data set often leave its meta information as it was: what the data set says counts. */
function ownIdentifiers(dataSet: Buffer, meta: Pick<DicomFile, 'sopClassUid' | 'sopInstanceUid' | 'transferSyntaxUid'>): Pick<DicomFile, 'sopClassUid' | 'sopInstanceUid'> {
  const encoding = transferSyntax(meta.transferSyntaxUid)?.encoding;
  if (encoding === undefined || encoding === 'deflated') return meta;
  try {
    const header = readLeading(bufferSource(dataSet), encoding, SOP_INSTANCE_UID + 1);
    return { sopClassUid: header.code(SOP_CLASS_UID) || meta.sopClassUid, sopInstanceUid: header.code(SOP_INSTANCE_UID) || meta.sopInstanceUid };
  } catch (error) {
    if (error instanceof StructureError) return meta;
    throw error;
  }
}

/** A data set begins with an element of a low even group. */
function looksBare(start: Buffer): boolean {
  return start.length > 8 && start.readUInt16LE(0) === 0x0008 && start.readUInt16LE(2) < 0x0100;
}

function readBare(bytes: Buffer): FileReading {
  const explicit = /^[A-Z]{2}$/.test(bytes.toString('latin1', 4, 6));
  try {
    const header = readHeader(bufferSource(bytes), explicit ? 'explicit-le' : 'implicit-le');
    const found = { sopClassUid: header.code(SOP_CLASS_UID), sopInstanceUid: header.code(SOP_INSTANCE_UID) };
    if (found.sopClassUid === '' || found.sopInstanceUid === '') return { problem: 'no-identifiers' };
    return { ...found, transferSyntaxUid: explicit ? EXPLICIT_VR_LITTLE_ENDIAN : IMPLICIT_VR_LITTLE_ENDIAN, dataSetAt: 0 };
  } catch (error) {
    if (error instanceof StructureError) return { problem: 'not-dicom' };
    throw error;
  }
}
