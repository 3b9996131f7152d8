import { displayName, type PersonName } from '@readroom/shared/dicom/person-name';
import { ageText, dateText } from './time.ts';

export interface PatientFacts {
  readonly patientName: PersonName | null;
  readonly patientId: string | null;
  readonly birthDate: string | null;
  readonly sex?: 'M' | 'F' | 'O' | null;
}

/** For whoever may not see names: the row is there, whose it is isn't. */
const WITHHELD = 'Name withheld';

export function patientTitle(patient: PatientFacts): string {
  return patient.patientName === null ? WITHHELD : displayName(patient.patientName);
}

/** The ideographic group where there is one beside the alphabetic (PS3.5 6.2.1). */
export function ideographicTitle(patient: PatientFacts): string | null {
  const name = patient.patientName;
  if (!name?.ideographic || !name.alphabetic) return null;
  return name.ideographic.replaceAll('^', ' ').trim() || null;
}

export function sexAge(patient: PatientFacts, now: number): string {
  const age = patient.birthDate === null ? '' : ageText(patient.birthDate, now);
  return [age, patient.sex ?? ''].filter(Boolean).join(' ');
}

export function bornText(patient: PatientFacts, now: number): string {
  if (patient.birthDate === null) return 'Birth date missing';
  const age = ageText(patient.birthDate, now);
  return age ? `${dateText(patient.birthDate)} (${age})` : dateText(patient.birthDate);
}
