import type { WorklistPage, WorklistPatch } from './events.ts';
import type { WorklistItem } from './worklist-item.ts';

/** The row for members without `patient.identify`: everything that names the patient is gone, the place in the list stays. */
export function maskItem(item: WorklistItem): WorklistItem {
  return { ...item, patientName: null, patientId: null, birthDate: null, accessionNumber: null };
}

export function maskPatch(patch: WorklistPatch): WorklistPatch {
  return { ...patch, upserts: patch.upserts.map(maskItem) };
}

export function maskPage(page: WorklistPage): WorklistPage {
  return { ...page, items: page.items.map(maskItem) };
}
