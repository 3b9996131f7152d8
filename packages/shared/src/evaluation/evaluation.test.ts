import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../seeded-random.ts';
import { estimates, percentile } from './bootstrap.ts';
import { brier, expectedCalibrationError, reliability } from './calibration.ts';
import { labelFigures, macroFigures } from './figures.ts';
import { cohenKappa, confusion, kappaOf, predictiveValues, sensitivity, specificity } from './operating-point.ts';
import { dice } from './overlap.ts';
import { auc, rocPoints } from './roc.ts';
import { sortedSamples } from './samples.ts';
import type { Sample } from './samples.ts';

const cases = (scores: readonly number[], truth: readonly number[]): Sample[] => scores.map((score, group) => ({ score, positive: truth[group] === 1, group }));
const once = (n: number): Float64Array => new Float64Array(n).fill(1);

// The example of scikit-learn's roc_auc_score: y = [0, 0, 1, 1], scores = [0.1, 0.4, 0.35, 0.8]. Of the 4 pairs of a positive and a
// negative, 0.35 > 0.1, 0.8 > 0.1 and 0.8 > 0.4 are in order, 0.35 < 0.4 is not: 3 / 4.
const FOUR = sortedSamples(cases([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]));

describe('the ROC curve', () => {
  test('scikit-learn\'s example has an area of 0.75', () => {
    expect(auc(FOUR, once(4))).toBe(0.75);
  });

  test('ties count half: positives 0.5 and 0.9 against negatives 0.5 and 0.1 win 0.5 + 1 + 1 + 1 of 4', () => {
    expect(auc(sortedSamples(cases([0.5, 0.9, 0.5, 0.1], [1, 1, 0, 0])), once(4))).toBe(0.875);
  });

  test('one class alone has none', () => {
    expect(auc(sortedSamples(cases([0.2, 0.8], [1, 1])), once(2))).toBeNull();
    expect(rocPoints(sortedSamples(cases([0.2, 0.8], [1, 1])))).toEqual([]);
  });

  test('a weight of two is the case twice', () => {
    const twice = sortedSamples(cases([0.1, 0.4, 0.35, 0.8, 0.35], [0, 0, 1, 1, 1]));
    expect(auc(FOUR, Float64Array.of(1, 1, 2, 1))).toBeCloseTo(auc(twice, once(5)) ?? 0, 12);
  });

  test('its points are scikit-learn\'s: fpr 0 0 .5 .5 1, tpr 0 .5 .5 1 1 at thresholds inf .8 .4 .35 .1', () => {
    expect(rocPoints(FOUR)).toEqual([
      { threshold: 0.1, sensitivity: 1, specificity: 0 }, { threshold: 0.35, sensitivity: 1, specificity: 0.5 },
      { threshold: 0.4, sensitivity: 0.5, specificity: 0.5 }, { threshold: 0.8, sensitivity: 0.5, specificity: 1 },
      { threshold: null, sensitivity: 0, specificity: 1 },
    ]);
    expect(rocPoints(sortedSamples(cases(Array.from({ length: 999 }, (_, i) => i / 999), Array.from({ length: 999 }, (_, i) => i % 2))), 50)).toHaveLength(50);
  });

  test('the area is that of the trapezoids under the points, whatever the scores', () => {
    fc.assert(fc.property(fc.array(fc.record({ score: fc.integer({ min: 0, max: 20 }).map((n) => n / 20), positive: fc.boolean(), group: fc.constant(0) }), { minLength: 2, maxLength: 60 }), (drawn) => {
      const samples = sortedSamples(drawn);
      const points = rocPoints(samples);
      const area = points.slice(1).reduce((sum, point, i) => {
        const before = points[i] ?? point;
        return sum + (point.specificity - before.specificity) * (point.sensitivity + before.sensitivity) / 2;
      }, 0);
      const direct = auc(samples, once(1));
      if (direct === null) expect(points).toEqual([]);
      else expect(area).toBeCloseTo(direct, 10);
    }));
  });
});

describe('the operating point', () => {
  // At 0.5: true positives 0.9 0.8 0.7 0.5 (4), missed 0.3 (1), false alarms 0.6 (1), cleared 0.1 0.2 0.4 0.45 (4).
  const ten = sortedSamples(cases([0.9, 0.8, 0.7, 0.5, 0.3, 0.6, 0.1, 0.2, 0.4, 0.45], [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]));
  const cells = confusion(ten, once(10), 0.5);

  test('a score at the threshold is called positive', () => {
    expect(cells).toEqual({ truePositive: 4, falseNegative: 1, falsePositive: 1, trueNegative: 4 });
    expect([sensitivity(cells), specificity(cells)]).toEqual([0.8, 0.8]);
  });

  test('predictive values at the cases\' own prevalence are those of the table, 4 of 5', () => {
    expect(predictiveValues(cells, 0.5)).toEqual({ ppv: 0.8, npv: 0.8 });
  });

  test('at a prevalence of 2 %: ppv .8 x .02 / (.8 x .02 + .2 x .98), npv .8 x .98 / (.8 x .98 + .2 x .02)', () => {
    const { ppv, npv } = predictiveValues(cells, 0.02);
    expect(ppv).toBeCloseTo(0.016 / 0.212, 12);
    expect(npv).toBeCloseTo(0.784 / 0.788, 12);
  });

  test('kappa: observed 0.8, by chance 0.5, so 0.6; scikit-learn\'s own example [2,0,2,2,0,1] against [0,0,2,2,0,2] gives 0.4285714', () => {
    expect(kappaOf(cells)).toBeCloseTo(0.6, 12);
    // 6 cases; agreed 4/6; by chance (3x2 + 0x1 + 3x3)/36 = 15/36; (24 - 15)/(36 - 15) = 9/21.
    expect(cohenKappa([[2, 0, 0], [0, 0, 1], [1, 0, 2]])).toBeCloseTo(9 / 21, 12);
    expect(cohenKappa([[3, 0], [0, 0]])).toBeNull();
  });

  test('what nobody is in is not a number', () => {
    const empty = { truePositive: 0, falseNegative: 0, falsePositive: 0, trueNegative: 3 };
    expect(sensitivity(empty)).toBeNull();
    expect(predictiveValues(empty, 0.1)).toEqual({ ppv: null, npv: null });
  });
});

describe('calibration', () => {
  test('brier of scikit-learn\'s brier_score_loss example: y = 0 1 1 0, p = .1 .9 .8 .3 is (.01 + .01 + .04 + .09) / 4', () => {
    expect(brier(sortedSamples(cases([0.1, 0.9, 0.8, 0.3], [0, 1, 1, 0])), once(4))).toBeCloseTo(0.0375, 12);
  });

  test('two bins: said .2 observed 0 (3 cases), said .8 observed .5 (2 cases): (3 x .2 + 2 x .3) / 5', () => {
    const samples = sortedSamples(cases([0.1, 0.2, 0.3, 0.6, 1], [0, 0, 0, 0, 1]));
    expect(expectedCalibrationError(samples, once(5), 2)).toBeCloseTo(0.24, 12);
    expect(reliability(samples, once(5), 2)).toEqual([
      { from: 0, to: 0.5, n: 3, meanScore: expect.closeTo(0.2, 12), observed: 0 }, { from: 0.5, to: 1, n: 2, meanScore: 0.8, observed: 0.5 },
    ]);
  });
});

describe('intervals', () => {
  const options = (groupCount: number) => ({ groupCount, draws: 1000, random: seededRandom(7) });

  test('the same seed gives the same interval, another seed nearly the same', () => {
    const sample = cases(Array.from({ length: 80 }, (_, i) => (i * 37 % 80) / 80), Array.from({ length: 80 }, (_, i) => Number((i * 37 % 80) + (i % 3) * 15 > 55)));
    const run = (seed: number) => labelFigures(sample, { threshold: 0.5, prevalence: null, bins: 10 }, { groupCount: 80, draws: 1000, random: seededRandom(seed) });
    expect(run(7)).toEqual(run(7));
    expect(run(7).auc.low).toBeCloseTo(run(8).auc.low ?? 0, 1);
    expect(run(7).auc.low).toBeLessThan(run(7).auc.value ?? 0);
    expect(run(7)).toMatchObject({ cases: 80, auc: { n: 80 }, sensitivity: { n: run(7).positives } });
  });

  test('of a proportion it is the binomial\'s: 60 of 100 patients is 0.6 +- 1.96 x 0.049', () => {
    const sample = cases(Array.from({ length: 100 }, (_, i) => Number(i < 60)), new Array<number>(100).fill(1));
    const { sensitivity: found } = labelFigures(sample, { threshold: 0.5, prevalence: null, bins: 10 }, options(100));
    expect(found.value).toBe(0.6);
    expect(found.low).toBeGreaterThan(0.48);
    expect(found.low).toBeLessThan(0.53);
    expect(found.high).toBeGreaterThan(0.67);
    expect(found.high).toBeLessThan(0.72);
  });

  test('ten images of one patient weigh as one patient: the interval is as wide as with one image each', () => {
    const single = cases(Array.from({ length: 30 }, (_, i) => Number(i < 18)), new Array<number>(30).fill(1));
    const tenfold = single.flatMap((sample) => new Array<Sample>(10).fill(sample));
    const at = (sample: Sample[]) => labelFigures(sample, { threshold: 0.5, prevalence: null, bins: 10 }, options(30)).sensitivity;
    expect([at(tenfold).low, at(tenfold).high]).toEqual([at(single).low, at(single).high]);
  });

  test('one patient has no interval, and a statistic most samples leave undefined has none', () => {
    const { auc: area } = labelFigures([{ score: 0.9, positive: true, group: 0 }, { score: 0.1, positive: false, group: 0 }], { threshold: 0.5, prevalence: null, bins: 10 }, options(1));
    expect(area).toEqual({ value: 1, low: null, high: null, n: 2 });
    let call = 0;
    expect(estimates({ rare: { n: 3, statistic: () => (call++ % 3 === 0 ? 1 : null) } }, options(3)).rare).toMatchObject({ low: null, high: null });
    expect(() => estimates({}, { ...options(3), draws: 1e6 })).toThrow(RangeError);
  });

  test('percentiles are numpy\'s: of 1 2 3 4 the 2.5th is 1.075', () => {
    expect(percentile([1, 2, 3, 4], 0.025)).toBeCloseTo(1.075, 12);
  });
});

test('several classes: each against the rest with equal weight, and one kappa over all', () => {
  const truth = [0, 0, 1, 1, 2, 2];
  const scores = [[0.8, 0.6, 0.2, 0.3, 0.1, 0.5], [0.1, 0.3, 0.7, 0.6, 0.2, 0.1], [0.1, 0.1, 0.1, 0.1, 0.7, 0.4]];
  const classes = scores.map((own, index) => ({ cases: own.map((score, group) => ({ score, positive: truth[group] === index, group })), threshold: 0.5 }));
  const calls = truth.map((is, group) => ({ called: group === 5 ? 0 : is, truth: is, group }));
  const figures = macroFigures(classes, calls, { prevalence: null, bins: 10 }, { groupCount: 6, draws: 200, random: seededRandom(7) });
  // Every class is in order against the rest. Kappa: agreed 5/6, by chance (3x2 + 2x2 + 1x2)/36 = 12/36, so (30 - 12)/(36 - 12).
  expect(figures.auc.value).toBe(1);
  expect(figures.kappa.value).toBeCloseTo(0.75, 12);
  expect(figures.sensitivity.value).toBeCloseTo((1 + 1 + 0.5) / 3, 12);
});

test('dice: masks of 4 and 4 that share 3 are 2 x 3 / 8', () => {
  expect(dice([1, 1, 1, 1, 0, 0], [0, 1, 1, 2, 1, 0])).toBe(0.75);
  expect(dice([0, 0], [0, 0])).toBeNull();
  expect(() => dice([1], [1, 0])).toThrow(RangeError);
});
