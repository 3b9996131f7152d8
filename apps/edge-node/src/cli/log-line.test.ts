import { expect, test } from 'vitest';
import { safeLine } from './log-line.ts';

test('a line of the node is said with its time, level and event', () => {
  const line = '{"level":40,"time":"2026-01-02T03:04:05.000Z","app":"edge-node","event":"association.refused","association":{"number":3,"callingAeTitle":"CT1"},"why":"set it to READROOM there"}';
  expect(safeLine(line)).toBe('2026-01-02T03:04:05.000Z warn association.refused association.number=3 association.callingAeTitle="CT1" why="set it to READROOM there"');
});

test('a key that the node does not use is not passed on, at any depth', () => {
  const line = JSON.stringify({ level: 30, time: 'T', event: 'x', patientName: 'Zebrafish', msg: 'Zebrafish', err: { code: 'E1', sentence: 'Zebrafish', cause: { PatientID: 'Zebrafish', type: 'Error' } } });
  expect(safeLine(line)).toBe('T info x err.code="E1" err.cause.type="Error"');
});

test.each(['Zebrafish^Quentin', '', '[1]', 'null', '{"level":30,"msg":"Zebrafish"}', '{"event":"x"}'])('%j is not the node’s own', (line) => {
  expect(safeLine(line)).toBeNull();
});
