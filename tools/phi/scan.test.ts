import { expect, test } from 'vitest';
import { scan } from './scan.ts';

function found(code: string): string[] {
  return scan('x.tsx', code).map((finding) => `${finding.where}: ${finding.field}`);
}

test.each([
  ['a field in a log line', `log.info({ event: 'study.received', patientName: study.patientName });`, 'log: patientName'],
  ['a field in the text of a log line', 'deps.log.warn(`no prior for ${item.accessionNumber}`);', 'log: accessionNumber'],
  ['a child logger', `const own = log.child({ patientId });`, 'log: patientId'],
  ['the console', `console.log(dataset.PatientName);`, 'log: PatientName'],
  ['a label name', `new Counter({ name: 'studies_total', help: '', labelNames: ['modality', 'patientId'] });`, 'metric label: patientId'],
  ['a label', `studiesTotal.inc({ mrn: study.mrn });`, 'metric label: mrn'],
  ['an error', 'throw new AppError(`bad-date`, { message: `${study.birthDate} is no date` });', 'error: birthDate'],
  ['a path', 'fetch(`/api/studies/${item.patientId}`);', 'URL: patientId'],
  ['a link', 'const a = <a href={`/list?q=${row.patientName}`} />;', 'URL: patientName'],
  ['search parameters', `url.searchParams.set('patientName', name);`, 'URL: patientName'],
])('finds %s', (_what, code, expected) => {
  expect(found(code)).toContain(expected);
});

test.each([
  ['counts and ids', `log.info({ event: 'study.received', studyUid, images: 3 });`],
  ['a question about a field', `log.info({ event: 'x', hasName: study.patientName !== null });`],
  ['text for a person on the page', 'const label = `${patientName}, ${birthDate}`;'],
  ['a path of ids', 'fetch(`/dicomweb/studies/${studyUid}/series/${seriesUid}`);'],
])('lets %s pass', (_what, code) => {
  expect(found(code)).toEqual([]);
});
