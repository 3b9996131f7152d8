import { parsePersonName } from '@readroom/shared/dicom/person-name';
import { studyClassOf } from '@readroom/shared/dicom/study-class';
import type { StudyClass } from '@readroom/shared/dicom/study-class';
import { isUid } from '@readroom/shared/dicom/uid';
import type { Patient } from '@readroom/shared/study/study';
import { STATUS } from '../dicom/dimse/status.ts';
import type { StoreOutcome } from '../dicom/dimse/status.ts';
import type { Header } from '../dicom/header/header.ts';
import { parseDate, parseDecimal, parseInteger, parseTime } from '../dicom/header/values.ts';
import type { StoreRequest } from '../dicom/scp/receiver.ts';
import type { InstanceRecord } from './instance-record.ts';

const TAG = {
  SOPClassUID: 0x00080016,
  SOPInstanceUID: 0x00080018,
  SyntheticData: 0x0008001c,
  StudyDate: 0x00080020,
  StudyTime: 0x00080030,
  AccessionNumber: 0x00080050,
  Modality: 0x00080060,
  InstitutionName: 0x00080080,
  ReferringPhysicianName: 0x00080090,
  StudyDescription: 0x00081030,
  SeriesDescription: 0x0008103e,
  PatientName: 0x00100010,
  PatientID: 0x00100020,
  IssuerOfPatientID: 0x00100021,
  PatientBirthDate: 0x00100030,
  PatientSex: 0x00100040,
  BodyPartExamined: 0x00180015,
  StudyInstanceUID: 0x0020000d,
  SeriesInstanceUID: 0x0020000e,
  SeriesNumber: 0x00200011,
  InstanceNumber: 0x00200013,
  ImagePositionPatient: 0x00200032,
  ImageOrientationPatient: 0x00200037,
  ImagesInAcquisition: 0x00201002,
  NumberOfStudyRelatedInstances: 0x00201208,
  NumberOfSeriesRelatedInstances: 0x00201209,
  NumberOfFrames: 0x00280008,
  Rows: 0x00280010,
  Columns: 0x00280011,
  RequestAttributesSequence: 0x00400275,
  RequestedProcedurePriority: 0x00401003,
  FloatPixelData: 0x7fe00008,
  DoubleFloatPixelData: 0x7fe00009,
  PixelData: 0x7fe00010,
} as const;

export type Description = { readonly record: InstanceRecord } | { readonly refusal: StoreOutcome };

interface Reception {
  readonly request: StoreRequest;
  readonly callingAeTitle: string;
  readonly receivedAt: number;
}

/** UTF-16 units, never ending in half a character. */
function short(text: string, limit: number): string {
  return text.slice(0, limit).replace(/[\ud800-\udbff]$/, '');
}

function mismatch(comment: string): { refusal: StoreOutcome } {
  return { refusal: { status: STATUS.dataSetDoesNotMatchSopClass, comment } };
}

/**
 * What an object says of itself. An object without the identifiers every composite instance has (type 1 in PS3.3 C.12.1,
 * C.7.2.1, C.7.3.1), or with others than its C-STORE request named, cannot be filed and is refused: the sender keeps it.
 * Everything else may be missing or malformed.
 */
export function describeInstance(header: Header, reception: Reception): Description {
  const uids = {
    sopClassUid: header.code(TAG.SOPClassUID),
    sopInstanceUid: header.code(TAG.SOPInstanceUID),
    studyUid: header.code(TAG.StudyInstanceUID),
    seriesUid: header.code(TAG.SeriesInstanceUID),
  };
  const names = { sopClassUid: 'SOP Class UID', sopInstanceUid: 'SOP Instance UID', studyUid: 'Study Instance UID', seriesUid: 'Series Instance UID' } as const;
  for (const key of ['sopClassUid', 'sopInstanceUid', 'studyUid', 'seriesUid'] as const) {
    if (uids[key] === '') return mismatch(`${names[key]} is missing in the data set`);
    if (!isUid(uids[key])) return mismatch(`${names[key]} in the data set is not a UID`);
  }
  if (uids.sopClassUid !== reception.request.sopClassUid) return mismatch('SOP Class UID differs between command and data set');
  if (uids.sopInstanceUid !== reception.request.sopInstanceUid) return mismatch('SOP Instance UID differs between command and data set');
  return { record: { v: 1, ...uids, ...imageOf(header), ...seriesOf(header), ...studyOf(header), ...receptionOf(reception) } };
}

function imageOf(header: Header): Pick<InstanceRecord, 'instanceNumber' | 'frames' | 'rows' | 'columns' | 'position' | 'orientation'> {
  const hasPixels = header.has(TAG.PixelData) || header.has(TAG.FloatPixelData) || header.has(TAG.DoubleFloatPixelData);
  const [x, y, z] = decimals(header, TAG.ImagePositionPatient, 3) ?? [];
  const [a, b, c, d, e, f] = decimals(header, TAG.ImageOrientationPatient, 6) ?? [];
  return {
    instanceNumber: parseInteger(header.code(TAG.InstanceNumber)),
    frames: hasPixels ? Math.max(1, parseInteger(header.code(TAG.NumberOfFrames)) ?? 1) : 0,
    rows: header.uint16(TAG.Rows) ?? 0,
    columns: header.uint16(TAG.Columns) ?? 0,
    position: x !== undefined && y !== undefined && z !== undefined ? [x, y, z] : null,
    orientation:
      a !== undefined && b !== undefined && c !== undefined && d !== undefined && e !== undefined && f !== undefined ? [a, b, c, d, e, f] : null,
  };
}

function decimals(header: Header, tag: number, count: number): number[] | null {
  const values = header.codes(tag).map(parseDecimal);
  const numbers = values.filter((value): value is number => value !== null);
  return values.length === count && numbers.length === count ? numbers : null;
}

function positive(text: string): number | null {
  const number = parseInteger(text);
  return number !== null && number > 0 ? number : null;
}

function seriesOf(header: Header): Pick<InstanceRecord, 'seriesNumber' | 'modality' | 'seriesDescription' | 'bodyPart' | 'expectedInSeries'> {
  return {
    seriesNumber: parseInteger(header.code(TAG.SeriesNumber)),
    modality: short(header.code(TAG.Modality), 64),
    seriesDescription: short(header.text(TAG.SeriesDescription), 320),
    bodyPart: short(header.code(TAG.BodyPartExamined), 64),
    expectedInSeries: positive(header.code(TAG.NumberOfSeriesRelatedInstances)) ?? positive(header.code(TAG.ImagesInAcquisition)),
  };
}

function patientOf(header: Header): Patient {
  const sex = header.code(TAG.PatientSex).toUpperCase();
  return {
    id: short(header.text(TAG.PatientID), 64),
    issuer: short(header.text(TAG.IssuerOfPatientID), 64),
    name: parsePersonName(header.personName(TAG.PatientName)),
    birthDate: parseDate(header.code(TAG.PatientBirthDate)),
    sex: sex === 'M' || sex === 'F' || sex === 'O' ? sex : null,
  };
}

function studyOf(
  header: Header,
): Pick<InstanceRecord, 'patient' | 'accessionNumber' | 'studyDescription' | 'studyDateTime' | 'referringPhysician' | 'institution' | 'studyClass' | 'synthetic' | 'expectedInStudy'> {
  const date = parseDate(header.code(TAG.StudyDate));
  return {
    patient: patientOf(header),
    accessionNumber: short(header.text(TAG.AccessionNumber), 64),
    studyDescription: short(header.text(TAG.StudyDescription), 320),
    studyDateTime: date ? `${date}T${parseTime(header.code(TAG.StudyTime)) ?? '00:00:00'}` : null,
    referringPhysician: short(header.personName(TAG.ReferringPhysicianName), 320),
    institution: short(header.text(TAG.InstitutionName), 320),
    studyClass: studyClass(header),
    synthetic: header.code(TAG.SyntheticData).toUpperCase() === 'YES',
    expectedInStudy: positive(header.code(TAG.NumberOfStudyRelatedInstances)),
  };
}

/** Requested Procedure Priority stands at the root (PS3.3 C.4.11) or, copied from the worklist, in Request Attributes. */
function studyClass(header: Header): StudyClass | null {
  const atRoot = studyClassOf(header.code(TAG.RequestedProcedurePriority));
  return atRoot ?? studyClassOf(header.firstItem(TAG.RequestAttributesSequence)?.code(TAG.RequestedProcedurePriority));
}

function receptionOf(reception: Reception): Pick<InstanceRecord, 'transferSyntaxUid' | 'callingAeTitle' | 'receivedAt'> {
  return {
    transferSyntaxUid: reception.request.transferSyntaxUid,
    callingAeTitle: short(reception.callingAeTitle, 16),
    receivedAt: reception.receivedAt,
  };
}
