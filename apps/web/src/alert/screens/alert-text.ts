import type { Alert, Communication } from '@readroom/shared/alert/alert';
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

export const HOW_TEXT: { readonly [H in Communication['how']]: string } = {
  phone: 'By phone',
  'in-person': 'In person',
  'secure-message': 'Secure message',
  'not-yet': 'Nobody yet',
  'not-needed': 'Not needed',
};

/** AL5 in one line: who acknowledged, who was told, how and when, and whether it was read back. */
export function communicationText(alert: Alert): string {
  const said = alert.communication;
  if (said === null) return '';
  if (said.how === 'not-yet') return 'Nobody told yet';
  if (said.how === 'not-needed') return 'No communication needed';
  const readBack = said.readBack ? ', read back' : '';
  return `${said.to}, ${HOW_TEXT[said.how].toLowerCase()}, ${absoluteText(said.at)}${readBack}`;
}
