import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyRegions } from './body-region.ts';
import { isSamePatient, rankPriors, relevanceOf } from './prior.ts';
import type { Compared, Identified } from './prior.ts';

const study = (changes: Partial<Compared> = {}): Compared => ({ studyUid: '1.2.1', studyDateTime: '2026-03-01T10:00:00', modalities: ['CT'], description: 'CT head', bodyPart: 'HEAD', ...changes });

const arbStudy: fc.Arbitrary<Compared> = fc.record({
  studyUid: fc.integer({ min: 1, max: 400 }).map((n) => `1.2.${n}`),
  studyDateTime: fc.option(fc.integer({ min: 2000, max: 2030 }).map((year) => `${year}-01-01T00:00:00`)),
  modalities: fc.subarray(['CT', 'MR', 'CR', 'US']),
  description: fc.constantFrom('', 'CT head', 'Chest PA', 'Thorax Abdomen', 'something'),
  bodyPart: fc.constantFrom('', 'HEAD', 'CHEST', 'KNEE'),
});
const arbStudies = fc.uniqueArray(arbStudy, { selector: ({ studyUid }) => studyUid, maxLength: 30 });

describe('[PS1] the same patient', () => {
  const patient = (changes: Partial<Identified> = {}): Identified => ({ id: 'P-1', issuer: 'A', birthDate: '1960-02-03', ...changes });

  test.each([
    ['the same in everything', {}, true],
    ['no issuer said', { issuer: '' }, true],
    ['no date of birth said', { birthDate: null }, true],
    ['another issuer', { issuer: 'B' }, false],
    ['another date of birth', { birthDate: '1960-02-04' }, false],
    ['another ID', { id: 'P-2' }, false],
    ['an ID that differs in case', { id: 'p-1' }, false],
    ['no ID', { id: '' }, false],
  ])('%s', (_name, changes, same) => {
    expect(isSamePatient(patient(), patient(changes))).toBe(same);
    expect(isSamePatient(patient(changes), patient())).toBe(same);
  });

  test('two without an ID are not the same, whatever else agrees', () => {
    expect(isSamePatient(patient({ id: '' }), patient({ id: '' }))).toBe(false);
  });
});

describe('[PS2] the order of priors', () => {
  test('is the same whatever order they come in, holds each once, and no more than asked for', () => {
    fc.assert(
      fc.property(arbStudy, arbStudies, fc.integer({ min: 0, max: 12 }), fc.nat(), (current, priors, limit, turn) => {
        const turned = priors.map((_, at) => priors[(at + turn) % priors.length]!);
        const ranked = rankPriors(current, priors, limit);
        expect(rankPriors(current, turned, limit)).toEqual(ranked);
        expect(ranked.length).toBeLessThanOrEqual(limit);
        expect(new Set(ranked.map(({ studyUid }) => studyUid)).size).toBe(ranked.length);
      }),
    );
  });

  test('nothing less relevant or older stands above, and the study itself and later ones are none', () => {
    fc.assert(
      fc.property(arbStudy, arbStudies, (current, priors) => {
        const ranked = rankPriors(current, priors, priors.length);
        const keys = ranked.map((prior) => {
          const { region, modality } = relevanceOf(current, prior);
          return `${region}${modality}${prior.studyDateTime ?? ''}`;
        });
        expect(keys).toEqual([...keys].sort().reverse());
        expect(ranked.every(({ studyUid }) => studyUid !== current.studyUid)).toBe(true);
        if (current.studyDateTime !== null) for (const prior of ranked) expect((prior.studyDateTime ?? '') <= current.studyDateTime).toBe(true);
      }),
    );
  });

  test('an old CT of the head stands above a new one of the chest', () => {
    const order = rankPriors(study(), [
      study({ studyUid: '1', description: 'CT thorax', bodyPart: '', studyDateTime: '2026-02-01T10:00:00' }),
      study({ studyUid: '2', studyDateTime: '2019-02-01T10:00:00' }),
      study({ studyUid: '3', modalities: ['MR'], description: 'MR brain', studyDateTime: '2026-02-01T10:00:00' }),
      study({ studyUid: '4', modalities: ['CT', 'SR'], studyDateTime: '2024-02-01T10:00:00' }),
      study({ studyUid: '5', description: '', bodyPart: '', studyDateTime: null }),
    ], 8);
    expect(order.map(({ studyUid }) => studyUid)).toEqual(['4', '2', '3', '5', '1']);
  });
});

test('body regions are read from codes and from words', () => {
  expect([...bodyRegions('CHEST', '')]).toEqual(['chest']);
  expect([...bodyRegions('', 'CT Thorax/Abdomen, nativ')]).toEqual(['chest', 'abdomen']);
  expect([...bodyRegions('', 'Linearity early, legacy')]).toEqual([]);
  expect([...bodyRegions('', 'MR hippocampus')]).toEqual(['head']);
  expect([...bodyRegions('HIP', '')]).toEqual(['leg']);
  expect(bodyRegions('WHOLEBODY').size).toBe(9);
  expect([...bodyRegions('', 'Forearm left')]).toEqual(['arm']);
});
