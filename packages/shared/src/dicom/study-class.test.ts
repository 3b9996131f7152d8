import { expect, test } from 'vitest';
import { studyClassOf } from './study-class.ts';

test.each([
  ['STAT', 'stat'],
  ['HIGH', 'emergency'],
  ['EMERGENCY', 'emergency'],
  ['MEDIUM', 'inpatient'],
  ['ROUTINE', 'inpatient'],
  ['INPATIENT', 'inpatient'],
  ['LOW', 'outpatient'],
  ['OUTPATIENT', 'outpatient'],
  [' stat ', 'stat'],
] as const)('the priority %j makes the class %s', (priority, studyClass) => {
  expect(studyClassOf(priority)).toBe(studyClass);
});

test.each([null, undefined, '', 'URGENT?', 'constructor', 'STAT\\HIGH'])('%j leaves the study unclassed rather than guessed', (priority) => {
  expect(studyClassOf(priority)).toBeNull();
});
