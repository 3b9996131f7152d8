import { describe, expect, test } from 'vitest';
import { qualityRouteSchema } from '../finding/analysis.ts';
import { DEFAULT_QUALITY_LIMITS, isFlagged, qualityRoute, worse } from './route.ts';
import { askedOf, flawWords } from './words.ts';

const CODES = ['motion', 'noise', 'exposure', 'inversion', 'position', 'blank'];
const { warn, flag } = DEFAULT_QUALITY_LIMITS;
const MILDEST_FIRST = ['analyse', 'warn', 'repeat', 'refuse'];

describe('what becomes of a series', () => {
  test('[QU1] a flaw below its limit says nothing, one at its limit is said, a sure one is acted on', () => {
    expect(qualityRoute([])).toBe('analyse');
    expect(qualityRoute([{ code: 'motion', confidence: warn - 0.001 }])).toBe('analyse');
    expect(qualityRoute([{ code: 'motion', confidence: warn }])).toBe('warn');
    expect(qualityRoute([{ code: 'motion', confidence: flag }])).toBe('repeat');
    expect(qualityRoute([{ code: 'motion', confidence: Number.NaN }])).toBe('analyse');
  });

  test('[QU1] the worst flaw decides, in whatever order they come', () => {
    const flaws = [{ code: 'noise', confidence: 0.6 }, { code: 'inversion', confidence: 0.99 }, { code: 'motion', confidence: 0.9 }];
    expect(qualityRoute(flaws)).toBe('refuse');
    expect(qualityRoute([...flaws].reverse())).toBe('refuse');
    expect(qualityRoute(flaws.filter(({ code }) => code !== 'inversion'))).toBe('repeat');
  });

  test('[QU1] a surer flaw never makes a route milder', () => {
    for (const code of CODES) {
      const routes = Array.from({ length: 101 }, (_, i) => MILDEST_FIRST.indexOf(qualityRoute([{ code, confidence: i / 100 }])));
      expect(routes).toEqual([...routes].sort((a, b) => a - b));
    }
  });

  test('[QU2] only exchanged grey values and a blank picture withhold the analysis', () => {
    expect(CODES.filter((code) => qualityRoute([{ code, confidence: 1 }]) === 'refuse')).toEqual(['inversion', 'blank']);
    expect(qualityRoute([{ code: 'a flaw of next year', confidence: 1 }])).toBe('repeat');
  });

  test('a model may state limits of its own, and a flag below its warning is held to the warning', () => {
    const limitsOf = (code: string) => (code === 'noise' ? { warn: 0.9, flag: 0.5 } : { warn: 0.2, flag: 0.3 });
    expect(qualityRoute([{ code: 'noise', confidence: 0.6 }], limitsOf)).toBe('analyse');
    expect(qualityRoute([{ code: 'noise', confidence: 0.9 }], limitsOf)).toBe('repeat');
    expect(qualityRoute([{ code: 'motion', confidence: 0.25 }], limitsOf)).toBe('warn');
  });

  test('only what was flagged is told to a technologist', () => {
    expect([...qualityRouteSchema.options, null].filter(isFlagged)).toEqual(['refuse', 'repeat']);
    expect(worse('repeat', 'warn')).toBe('repeat');
  });
});

test('every flaw and both requests are said in whole sentences', () => {
  for (const code of CODES) expect(flawWords(code)).toMatch(/^[A-Z].*\.$/);
  expect(flawWords('stripes')).toContain('stripes');
  expect([askedOf('repeat'), askedOf('refuse')].every((text) => text.endsWith('.'))).toBe(true);
});
