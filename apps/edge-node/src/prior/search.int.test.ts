import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { StudySnapshot } from '@readroom/shared/study/study';
import { freePort } from '../../../../tools/services/free-port.ts';
import type { ScuTarget } from '../dicom/scu/association.ts';
import { find } from '../dicom/scu/find.ts';
import { openQueryRetrieve } from '../dicom/scu/query-retrieve.ts';
import { realTimer } from '../infra/timers.ts';
import { snapshot } from '../outbox/testing/bodies.ts';
import type { Element, ObjectOptions } from '../testing/dicom-object.ts';
import { startPacs } from '../testing/pacs.ts';
import type { Pacs, PacsKind } from '../testing/pacs.ts';
import { FIND_LIMITS, searchPriors } from './search.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

const CONTEXT = { clock: Date.now, setTimer: realTimer };
const KINDS: readonly PacsKind[] = ['Orthanc', 'dcmqrscp'];

interface Study {
  readonly id?: string;
  readonly born?: string;
  readonly issuer?: string;
  readonly date: string;
  readonly modality: string;
  readonly description: string | Buffer;
  readonly bodyPart?: string;
  readonly characterSet?: string;
}

function objectOf({ id = 'P-100', born = '19600203', issuer, date, modality, description, bodyPart, characterSet }: Study): ObjectOptions {
  const extra: Element[] = [[0x00081030, 'LO', description], [0x00100030, 'DA', born]];
  if (issuer !== undefined) extra.push([0x00100021, 'LO', issuer]);
  if (bodyPart !== undefined) extra.push([0x00180015, 'CS', bodyPart]);
  return { patientId: id, patientName: 'Same^Name', studyDate: date, modality, extra, ...(characterSet === undefined ? {} : { characterSet }) };
}

const STUDIES: readonly Study[] = [
  { date: '20190401', modality: 'CT', description: 'CT head' },
  { date: '20240401', modality: 'MR', description: 'Angiography', bodyPart: 'BRAIN' },
  { date: '20250401', modality: 'CR', description: 'Chest PA' },
  // KOI8-like trouble is what Specific Character Set is for: here ISO 8859-5.
  { date: '20230401', modality: 'CT', description: Buffer.from([0xb3, 0xde, 0xdb, 0xde, 0xd2, 0xd0]), characterSet: 'ISO_IR 144', bodyPart: 'HEAD' },
  { date: '20270401', modality: 'CT', description: 'CT head, later' },
  { id: 'P-200', date: '20240401', modality: 'CT', description: 'CT head of a namesake' },
  { id: 'P-100', born: '19991231', date: '20240402', modality: 'CT', description: 'CT head of another person with this ID' },
  { id: 'P-100', issuer: 'OTHER', date: '20240403', modality: 'CT', description: 'CT head of another issuer' },
];

const CURRENT: StudySnapshot = snapshot('1.2.3.4', {
  patient: { id: 'P-100', issuer: 'MAIN', name: { alphabetic: 'Same^Name' }, birthDate: '1960-02-03', sex: null },
  modality: 'CT', description: 'CT head', bodyPart: 'HEAD', studyDateTime: '2026-02-01T10:00:00',
});

describe.each(KINDS)('beside %s', (kind) => {
  let pacs: Pacs;
  const target = (changes: Partial<ScuTarget> = {}): ScuTarget => ({ host: '127.0.0.1', port: pacs.port, calledAeTitle: 'PACS', callingAeTitle: 'READROOM', ...changes });

  beforeAll(async () => {
    pacs = await startPacs(kind, await freePort());
    for (const study of STUDIES) await pacs.give(objectOf(study));
  });
  afterAll(() => pacs.stop());

  test('[PS1] the patient’s own earlier studies are found, in their own characters, and nobody else’s', async () => {
    const priors = await searchPriors(target(), CURRENT, CONTEXT);
    const head = [['Голова', 'CT', '2023-04-01'], ['CT head', 'CT', '2019-04-01']];
    // DCMTK's archive does not say the body part, and the word is none we know: what says "head" goes before it.
    expect(priors.map(({ description, modalities, studyDateTime }) => [description, modalities[0], studyDateTime?.slice(0, 10)])).toEqual([
      ...(kind === 'Orthanc' ? head : head.toReversed()),
      ['Angiography', 'MR', '2024-04-01'],
      ['Chest PA', 'CR', '2025-04-01'],
    ]);
    expect(priors.map(({ source }) => source)).toEqual(priors.map(() => 'PACS'));
  });

  test('a wildcard in an ID finds nobody', async () => {
    expect(await searchPriors(target(), { ...CURRENT, patient: { ...CURRENT.patient, id: 'P-*' } }, CONTEXT)).toEqual([]);
  });

  test('more answers than asked for are cut, and the PACS is told to stop', async () => {
    const association = await openQueryRetrieve('find', target(), CONTEXT, FIND_LIMITS);
    expect(await find(association, 'STUDY', [[0x0020000d, 'UI', '']], 2)).toMatchObject({ isCut: true, matches: { length: 2 } });
    await association.release();
  });
});

test('a PACS that is not there is said', async () => {
  const nobody = { host: '127.0.0.1', port: await freePort(), calledAeTitle: 'PACS', callingAeTitle: 'READROOM' };
  await expect(searchPriors(nobody, CURRENT, CONTEXT)).rejects.toMatchObject({ code: 'association-lost', message: expect.stringContaining('ECONNREFUSED') });
});
