import { open, readFile, stat } from 'node:fs/promises';
import { readHeader } from '../../apps/edge-node/src/inference/study/header.ts';
import { readsNeighbours } from '../../apps/edge-node/src/inference/manifest.ts';
import type { Manifest } from '../../apps/edge-node/src/inference/manifest.ts';
import type { SliceFile } from '../phantom/dicom/volume-series.ts';
import { uidFrom } from '../phantom/random.ts';
import { findDicomFiles } from '../send-study/find-files.ts';
import type { Case } from './cases.ts';
import { readNifti } from './nifti.ts';
import { volumeAsDicom } from './volumes.ts';
import { pictureAsDicom } from './wrap.ts';

export type UnitImage = {
  readonly sopInstanceUid: string;
  readonly modality: string;
  /** The case this image is; undefined inside a folder, where the study is the case. */
  readonly case: Case | undefined;
  /** A Part 10 file. */
  read(): Promise<Uint8Array>;
};
/** What is given to the pipeline as one study. `whole` is the case when a folder of DICOM files is one. */
export type Unit = { readonly whole: Case | undefined; readonly images: readonly UnitImage[] };
export type Unusable = { readonly case: Case; readonly reason: string };

type Kind = 'picture' | 'dicom' | 'folder' | 'volume';

/**
 * Cases as studies: a folder of DICOM files is one; so are the slices of a patient's stack (pictures) or of a series (DICOM) where
 * the model looks at neighbours; every other image stands alone. Files that are not there are answered by name.
 */
export async function unitsOf(cases: readonly Case[], manifest: Manifest, single: boolean): Promise<{ readonly units: readonly Unit[]; readonly unusable: readonly Unusable[] }> {
  const unusable: Unusable[] = [];
  const units: Unit[] = [];
  const stacks = new Map<string, { readonly case: Case; readonly seriesUid: string; readonly image: UnitImage | undefined }[]>();
  const together = readsNeighbours(manifest) && !single;
  for (const [number, item] of cases.entries()) {
    try {
      const kind = await kindOf(item.path);
      if (kind === 'folder') units.push(await folderUnit(item));
      else if (kind === 'volume') units.push(await volumeUnit(item, manifest, uidFrom('validate', `${number}`)));
      else if (kind === 'dicom') {
        const { image, seriesUid } = await dicomImage(item);
        if (together) push(stacks, seriesUid, { case: item, seriesUid, image });
        else units.push({ whole: undefined, images: [image] });
      } else if (together && item.slice !== undefined) push(stacks, `pictures of ${item.group}`, { case: item, seriesUid: uidFrom('validate', item.group), image: undefined });
      else units.push({ whole: undefined, images: [pictureImage(item, manifest, uidFrom('validate', `${number}`), 0)] });
    } catch (error) {
      unusable.push({ case: item, reason: reasonOf(error) });
    }
  }
  for (const stack of stacks.values()) {
    const ordered = stack.sort((a, b) => (a.case.slice ?? 0) - (b.case.slice ?? 0));
    units.push({ whole: undefined, images: ordered.map((own, position) => own.image ?? pictureImage(own.case, manifest, own.seriesUid, position)) });
  }
  return { units, unusable };
}

export function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'the file is missing';
  if (error instanceof Error && 'code' in error && error.code === 'EACCES') return 'the file may not be read by this account';
  return error instanceof Error ? error.message : String(error);
}

async function kindOf(path: string): Promise<Kind> {
  if ((await stat(path)).isDirectory()) return 'folder';
  const handle = await open(path);
  try {
    if (/\.nii(\.gz)?$/.test(path)) return 'volume';
    const head = Buffer.alloc(132);
    await handle.read(head, 0, 132, 0);
    // PS3.10 7.1: a preamble of 128 bytes, then DICM.
    return head.toString('latin1', 128) === 'DICM' ? 'dicom' : 'picture';
  } finally {
    await handle.close();
  }
}

async function dicomImage(item: Case): Promise<{ readonly image: UnitImage; readonly seriesUid: string }> {
  const { sopInstanceUid, seriesUid, modality } = readHeader(await readFile(item.path));
  return { seriesUid, image: { sopInstanceUid, modality, case: item, read: () => readFile(item.path) } };
}

/** Read when it is its turn: volumes are large. */
async function volumeUnit(item: Case, manifest: Manifest, seriesUid: string): Promise<Unit> {
  const { shape } = readNifti(await readFile(item.path));
  let series: Promise<SliceFile[]> | undefined;
  const images = Array.from({ length: shape[0] }, (_, k): UnitImage => ({
    sopInstanceUid: `${seriesUid}.${k + 1}`, modality: manifest.routing.modalities[0] ?? 'MR', case: undefined,
    read: async () => (await (series ??= volumeAsDicom(item.path, manifest, seriesUid)))[k]?.bytes ?? new Uint8Array(),
  }));
  return { whole: item, images };
}

async function folderUnit(item: Case): Promise<Unit> {
  const { files } = await findDicomFiles(item.path);
  if (files.length === 0) throw new Error('the folder holds no DICOM file');
  const images: UnitImage[] = [];
  for (const { path } of files) {
    const { sopInstanceUid, modality } = readHeader(await readFile(path));
    images.push({ sopInstanceUid, modality, case: undefined, read: () => readFile(path) });
  }
  return { whole: item, images };
}

function pictureImage(item: Case, manifest: Manifest, seriesUid: string, position: number): UnitImage {
  const place = { sopInstanceUid: `${seriesUid}.${position + 1}`, seriesUid, position };
  return { ...place, modality: manifest.routing.modalities[0] ?? 'OT', case: item, read: async () => pictureAsDicom(await readFile(item.path), manifest, place) };
}

function push<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}
