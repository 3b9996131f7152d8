import { isAcquiredModality } from '@readroom/shared/dicom/modality';
import { displayName } from '@readroom/shared/dicom/person-name';
import { inDisplayOrder } from '@readroom/shared/study/display-order';
import type { Instance, Series, StudySnapshot } from '@readroom/shared/study/study';
import type { InstanceRecord } from './instance-record.ts';

/** A study's instances, as last stored and in the order they were stored, as the snapshot that travels. `null` for none. */
export function snapshotOf(records: readonly InstanceRecord[], state: StudySnapshot['state']): StudySnapshot | null {
  const [first] = records;
  const about = describing(records);
  if (!first || !about) return null;
  const series = seriesOf(records);
  const main = series.find((one) => isAcquiredModality(one.modality)) ?? series[0];
  const firstOf = (read: (record: InstanceRecord) => string): string => read(about) || records.map(read).find((value) => value !== '') || '';
  return {
    studyUid: first.studyUid,
    patient: about.patient,
    accessionNumber: about.accessionNumber,
    description: firstOf((record) => record.studyDescription),
    modality: main?.modality ?? '',
    bodyPart: main?.bodyPart ?? '',
    studyDateTime: about.studyDateTime ?? records.find((record) => record.studyDateTime !== null)?.studyDateTime ?? null,
    referringPhysician: displayOrEmpty(firstOf((record) => record.referringPhysician)),
    institution: firstOf((record) => record.institution),
    studyClass: mostUrgent(records),
    synthetic: records.some((record) => record.synthetic),
    callingAeTitle: about.callingAeTitle,
    receivedAt: records.reduce((least, record) => Math.min(least, record.receivedAt), first.receivedAt),
    lastInstanceAt: records.reduce((most, record) => Math.max(most, record.receivedAt), first.receivedAt),
    state,
    series,
  };
}

/**
 * The instance that says whose study it is: the last stored that names a patient, so that a corrected resend is what is
 * shown. Patient and accession number are taken whole from it: never one person's name beside another's number.
 */
function describing(records: readonly InstanceRecord[]): InstanceRecord | undefined {
  return records.findLast((record) => record.patient.id !== '' || record.patient.name.alphabetic !== '') ?? records.at(-1);
}

const URGENCY = ['stat', 'emergency', 'inpatient', 'outpatient'] as const;

/** Objects of one study that disagree about its class: the most urgent is believed. */
function mostUrgent(records: readonly InstanceRecord[]): StudySnapshot['studyClass'] {
  return URGENCY.find((studyClass) => records.some((record) => record.studyClass === studyClass)) ?? null;
}

function displayOrEmpty(name: string): string {
  return name === '' ? '' : displayName({ alphabetic: name.split('=')[0] ?? '' });
}

function seriesOf(records: readonly InstanceRecord[]): Series[] {
  const bySeries = new Map<string, InstanceRecord[]>();
  for (const record of records) {
    const series = bySeries.get(record.seriesUid);
    if (series) series.push(record);
    else bySeries.set(record.seriesUid, [record]);
  }
  return [...bySeries.values()].map(toSeries).sort(bySeriesNumber);
}

function toSeries(records: readonly InstanceRecord[]): Series {
  const firstOf = (read: (record: InstanceRecord) => string): string => records.map(read).find((value) => value !== '') ?? '';
  return {
    seriesUid: records[0]?.seriesUid ?? '',
    seriesNumber: records.find((record) => record.seriesNumber !== null)?.seriesNumber ?? null,
    modality: firstOf((record) => record.modality),
    description: firstOf((record) => record.seriesDescription),
    bodyPart: firstOf((record) => record.bodyPart),
    instances: inDisplayOrder(records).map(toInstance),
  };
}

function toInstance(record: InstanceRecord): Instance {
  const { sopInstanceUid, sopClassUid, transferSyntaxUid, instanceNumber, frames, rows, columns } = record;
  return { sopInstanceUid, sopClassUid, transferSyntaxUid, instanceNumber, frames, rows, columns };
}

function bySeriesNumber(a: Series, b: Series): number {
  const difference = (a.seriesNumber ?? Number.MAX_SAFE_INTEGER) - (b.seriesNumber ?? Number.MAX_SAFE_INTEGER);
  return difference !== 0 ? difference : a.seriesUid < b.seriesUid ? -1 : 1;
}
