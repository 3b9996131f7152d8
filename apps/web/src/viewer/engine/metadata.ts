import { wadors } from '@cornerstonejs/dicom-image-loader';
import { z } from 'zod';
import { getJson } from '../../lib/rest.ts';
import type { Picture } from './stack.ts';

type Dataset = Parameters<typeof wadors.metaDataManager.add>[1];

/** DICOM JSON (PS3.18 F): tags of eight hexadecimal digits, each with a value representation. */
function isDataset(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.entries(value).every(([tag, element]) => /^[0-9A-F]{8}$/i.test(tag) && typeof element === 'object' && element !== null && 'vr' in element);
}

const metadataSchema = z.array(z.custom<Dataset>(isDataset, 'not DICOM JSON'));
const SOP_INSTANCE_UID = '00080018';

function sopInstanceUidOf(dataset: Dataset): string | null {
  const value: unknown = dataset[SOP_INSTANCE_UID]?.Value;
  return Array.isArray(value) && typeof value[0] === 'string' ? value[0] : null;
}

/** Reads the series' metadata through the edge and gives it to the image loader. Throws `RestProblem`. */
export async function loadSeriesMetadata(studyUid: string, seriesUid: string, pictures: readonly Picture[], signal: AbortSignal): Promise<void> {
  const body = await getJson(`/dicomweb/studies/${studyUid}/series/${seriesUid}/metadata`, signal, 'application/dicom+json');
  const bySop = new Map(metadataSchema.parse(body).map((dataset) => [sopInstanceUidOf(dataset), dataset]));
  for (const picture of pictures) {
    const dataset = bySop.get(picture.sopInstanceUid);
    // Frames of one instance share its metadata; the loader finds it under the first.
    if (dataset && picture.frameNumber === 1) wadors.metaDataManager.add(picture.imageId, dataset);
  }
}
