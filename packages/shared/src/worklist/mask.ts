import type { Reason } from '../priority/explain.ts';
import type { WorklistPage, WorklistPatch } from './events.ts';
import type { WorklistItem } from './worklist-item.ts';

/** The row for members without `patient.identify`: everything that names the patient is gone, the place in the list stays. */
export function maskItem(item: WorklistItem): WorklistItem {
  const override = item.override && { ...item.override, note: '' };
  const aside = item.aside && { ...item.aside, note: '' };
  return { ...item, patientName: null, patientId: null, birthDate: null, accessionNumber: null, override, aside, reasons: item.reasons.map(maskReason) };
}

/** What somebody typed may name the patient: of an override only that it is there and what it weighs. */
function maskReason(reason: Reason): Reason {
  if (reason.code === 'override') return { ...reason, text: 'Moved by a reader' };
  return reason.code === 'override.set-aside' ? { ...reason, text: 'Move set aside: a critical finding came after it' } : reason;
}

export function maskPatch(patch: WorklistPatch): WorklistPatch {
  return { ...patch, upserts: patch.upserts.map(maskItem) };
}

export function maskPage(page: WorklistPage): WorklistPage {
  return { ...page, items: page.items.map(maskItem) };
}
