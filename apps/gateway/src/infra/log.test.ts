import { AppError } from '@readroom/shared/error';
import { expect, test } from 'vitest';
import { createLog } from './log.ts';

function written(work: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  work(createLog('info', { write: (line: string) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('what could name a patient or open a door is dropped, at the top and one level down', () => {
  const [line] = written((log) => log.info({ event: 'x', patientName: 'DOE^JOHN', patient: { patientId: '4711', birthDate: '19700101', sex: 'M' }, password: 'p', headers: { cookie: 'c' }, url: '/dicomweb/studies/1.2.3' }));
  expect(line).toMatchObject({ event: 'x', app: 'gateway', patient: { sex: 'M' }, headers: {} });
  expect(JSON.stringify(line)).not.toMatch(/DOE|4711|1970|"p"|"c"|1\.2\.3/);
});

test('an error keeps its type, code and frames; the text of a foreign one, which may quote a row, is not written', () => {
  const foreign = Object.assign(new Error('Key (patient_id)=(4711) already exists'), { code: '23505' });
  const ours = new AppError('not-at-edge', { class: 'permanent', message: 'The edge no longer holds this study.', cause: foreign });
  const [line] = written((log) => log.error({ event: 'x', err: ours }));
  expect(line?.['err']).toMatchObject({ type: 'AppError', code: 'not-at-edge', message: 'The edge no longer holds this study.', cause: { type: 'Error', code: '23505' } });
  expect(JSON.stringify(line)).not.toContain('4711');
  expect(JSON.stringify(line)).toContain('log.test.ts');
  const [odd] = written((log) => log.error({ event: 'x', err: 'DOE^JOHN' }));
  expect(odd?.['err']).toEqual({ type: 'string' });
});
