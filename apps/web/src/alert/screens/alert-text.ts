import { awaitsCommunication, type Alert } from '@readroom/shared/alert/alert';
import { MEANS_TEXT, standing, TOLD_ROLE_TEXT, type Said } from '@readroom/shared/alert/communication';
import { confidenceText } from '@readroom/shared/finding/confidence';
import { patientTitle } from '../../lib/person.ts';
import { absoluteText, dateText } from '../../lib/time.ts';

export function alertTitle(alert: Alert): string {
  const side = alert.side === null ? '' : `, ${alert.side}`;
  return `${alert.label}${side}`;
}

/** Two identifiers, always: the name alone is not a patient. */
export function alertPatient(alert: Alert): string {
  const identifiers = [patientTitle(alert), alert.patientId === null || alert.patientId === '' ? 'MRN missing' : `MRN ${alert.patientId}`];
  if (alert.birthDate !== null) identifiers.push(`born ${dateText(alert.birthDate)}`);
  return identifiers.join(' · ');
}

/** What a screen reader says when the alert arrives. */
export function alertSpeech(alert: Alert): string {
  const finding = `${alertTitle(alert)}, ${confidenceText(alert.confidence, null)}`;
  const withdrawn = alert.withdrawn ? ' Withdrawn by a later analysis; please look.' : '';
  return `${alert.severity} alert: ${finding}. ${alertPatient(alert)}.${withdrawn}`;
}

/** AL9 in one line: who was told, who that is, how, when, what, and whether it was read back. */
export function saidText(said: Said): string {
  if (said.outcome === 'not-needed') return said.reason === '' ? 'Nobody has to be told' : `Nobody has to be told: ${said.reason}`;
  const readBack = said.readBack ? 'read back' : `not read back${said.reason === '' ? '' : ` (${said.reason})`}`;
  return `${said.name} (${TOLD_ROLE_TEXT[said.role].toLowerCase()}), ${MEANS_TEXT[said.means].toLowerCase()}, ${absoluteText(said.at)}: “${said.words}”, ${readBack}`;
}

/** What became of an acknowledged alert, in one line. */
export function outcomeText(alert: Alert): string {
  const [latest] = standing(alert.communications).slice(-1);
  if (latest) return saidText(latest.said);
  return awaitsCommunication(alert) ? 'Not yet communicated' : 'No communication recorded';
}
