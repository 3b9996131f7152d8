import { expect, test } from 'vitest';
import { studySnapshotSchema } from '@readroom/shared/study/study';
import { bufferSource } from '../dicom/header/byte-source.ts';
import { readHeader } from '../dicom/header/header.ts';
import { CT_IMAGE_STORAGE, makeDataSet, sequence } from '../testing/dicom-object.ts';
import type { ObjectOptions } from '../testing/dicom-object.ts';
import { describeInstance } from './describe.ts';
import { decodeInstanceRecord, encodeInstanceRecord } from './instance-record.ts';
import type { InstanceRecord } from './instance-record.ts';
import { snapshotOf } from './snapshot.ts';

const STUDY = '1.2.3';
const SERIES = '1.2.3.1';

function record(sopInstanceUid: string, options: ObjectOptions = {}, receivedAt = 1_000): InstanceRecord {
  const dataSet = makeDataSet({ studyUid: STUDY, seriesUid: SERIES, sopInstanceUid, ...options });
  const request = { sopClassUid: CT_IMAGE_STORAGE, sopInstanceUid, transferSyntaxUid: '1.2.840.10008.1.2.1' };
  const described = describeInstance(readHeader(bufferSource(dataSet), 'explicit-le'), { request, callingAeTitle: 'CT1', receivedAt });
  if ('refusal' in described) throw new Error(described.refusal.comment);
  return described.record;
}

test('a study is told whole, in display order, and fits the wire', () => {
  const snapshot = snapshotOf([record('1.2', { z: 5 }, 3_000), record('1.1', { z: 0, instanceNumber: 9 }, 1_000)], 'receiving');
  expect(studySnapshotSchema.parse(snapshot)).toEqual(snapshot);
  expect(snapshot).toMatchObject({
    studyUid: STUDY,
    patient: { id: 'T-1', name: { alphabetic: 'Test^Patient' } },
    modality: 'CT',
    studyDateTime: '2026-01-02T10:15:30',
    callingAeTitle: 'CT1',
    receivedAt: 1_000,
    lastInstanceAt: 3_000,
    state: 'receiving',
    synthetic: false,
    studyClass: null,
  });
  expect(snapshot?.series[0]?.instances.map((instance) => instance.sopInstanceUid)).toEqual(['1.1', '1.2']);
});

test('the priority stands at the root, or in Request Attributes; the most urgent is believed', () => {
  const root = record('1.1', { extra: [[0x00401003, 'SH', 'STAT']] });
  const nested = record('1.2', { extra: [sequence(0x00400275, [[0x00401003, 'SH', 'ROUTINE']])] });
  expect([root.studyClass, nested.studyClass, record('1.3').studyClass]).toEqual(['stat', 'inpatient', null]);
  expect(snapshotOf([nested, root], 'complete')?.studyClass).toBe('stat');
});

test('synthetic data says so', () => {
  expect(record('1.1', { extra: [[0x0008001c, 'CS', 'YES']] }).synthetic).toBe(true);
});

test('name and number are of one instance: the last stored that names a patient', () => {
  const first = record('1.1', { patientName: 'Wrong^Name', patientId: 'W-1' });
  const corrected = record('1.2', { patientName: 'Right^Name', patientId: 'R-1' });
  const nameless = record('1.3', { patientName: '', patientId: '' });
  expect(snapshotOf([first, corrected, nameless], 'complete')?.patient).toMatchObject({ id: 'R-1', name: { alphabetic: 'Right^Name' } });
});

test('a report or presentation state does not name the study’s modality', () => {
  const report = record('1.1', { modality: 'SR', seriesUid: '1.2.3.0', extra: [[0x00200011, 'IS', '0']] });
  expect(snapshotOf([report, record('1.2', { modality: 'MR' })], 'complete')?.modality).toBe('MR');
});

test('malformed values are left out, and never cost the object', () => {
  const odd = record('1.1', {
    patientName: `${'x'.repeat(400)}=${'y'.repeat(400)}`,
    extra: [
      [0x00100030, 'DA', '19990231'],
      [0x00100040, 'CS', 'UNKNOWN'],
      [0x00280008, 'IS', 'many'],
      [0x00201209, 'IS', '-3'],
      [0x00081030, 'LO', 'd'.repeat(1_000)],
    ],
  });
  expect(odd).toMatchObject({ frames: 1, expectedInSeries: null, patient: { birthDate: null, sex: null } });
  const snapshot = snapshotOf([odd], 'complete');
  expect(studySnapshotSchema.safeParse(snapshot).success).toBe(true);
});

test('markup in a name is kept as it is: screens escape it', () => {
  expect(record('1.1', { patientName: '<script>alert(1)</script>^A' }).patient.name.alphabetic).toBe('<script>alert(1)</script>^A');
});

test('an index record is read back as it was written', () => {
  const one = record('1.1', { z: 2.5, patientName: 'Jérôme' });
  expect(decodeInstanceRecord(encodeInstanceRecord(one).toString('utf8'))).toEqual(one);
});

test('nothing held is no study', () => {
  expect(snapshotOf([], 'complete')).toBeNull();
});
