import { beforeEach, describe, expect, test } from 'vitest';
import type { Counted } from '@readroom/shared/study/completeness';
import { fakeTime } from '../testing/fake-time.ts';
import type { FakeTime } from '../testing/fake-time.ts';
import { Assembler } from './assembler.ts';
import { QUIET } from './quiet-time.ts';

let time: FakeTime;
let assembler: Assembler;
let assembled: string[];
let held: Counted[];

beforeEach(() => {
  time = fakeTime();
  assembled = [];
  held = [];
  assembler = new Assembler({ clock: time.clock, setTimer: time.setTimer, counts: () => held, onAssembled: (studyUid, evidence) => assembled.push(`${studyUid} ${evidence}`) });
});

function image(expectedInSeries: number | null): Counted {
  return { seriesUid: '1', expectedInSeries, expectedInStudy: null };
}

test('the end of the association and a short silence make a study, not a fixed minute', () => {
  assembler.instanceStored('S', 'CT1', 1);
  time.advance(100);
  assembler.associationEnded(1, ['S']);
  time.advance(QUIET.ended.firstMs - 1);
  expect(assembled).toEqual([]);
  time.advance(1);
  expect(assembled).toEqual(['S association-end']);
  expect([assembler.waiting(), time.pending()]).toEqual([0, 0]);
});

test('every image that was announced makes a study at the end of its association, without a wait', () => {
  held = [image(2), image(2)];
  assembler.instanceStored('S', 'CT1', 1);
  assembler.instanceStored('S', 'CT1', 1);
  assembler.associationEnded(1, ['S']);
  expect(assembled).toEqual(['S expected-count']);
});

test('an association cut half way waits for a retry, and then yields what there is', () => {
  held = [image(100)];
  assembler.instanceStored('S', 'CT1', 1);
  assembler.associationEnded(1, ['S']);
  time.advance(QUIET.ended.maxMs - 1);
  expect(assembled).toEqual([]);
  time.advance(1);
  expect(assembled).toEqual(['S quiet-time']);
});

test('an association that stays open is not waited for', () => {
  assembler.instanceStored('S', 'CT1', 1);
  time.advance(QUIET.open.firstMs - 1);
  assembler.instanceStored('S', 'CT1', 1);
  time.advance(QUIET.open.firstMs - 1);
  expect(assembled).toEqual([]);
  time.advance(1);
  expect(assembled).toEqual(['S quiet-time']);
});

test('with two associations the last one counts', () => {
  assembler.instanceStored('S', 'CT1', 1);
  assembler.instanceStored('S', 'CT1', 2);
  assembler.associationEnded(1, ['S']);
  time.advance(QUIET.ended.firstMs);
  expect(assembled).toEqual([]);
  assembler.associationEnded(2, ['S']);
  time.advance(QUIET.ended.firstMs);
  expect(assembled).toEqual(['S association-end']);
});

test('a late image begins the study anew', () => {
  assembler.instanceStored('S', 'CT1', 1);
  assembler.associationEnded(1, ['S']);
  time.advance(QUIET.ended.firstMs);
  time.advance(3_600_000);
  assembler.instanceStored('S', 'CT1', 2);
  assembler.associationEnded(2, ['S']);
  time.advance(QUIET.ended.firstMs);
  expect(assembled).toEqual(['S association-end', 'S association-end']);
});

describe('a sender that opens an association for each image', () => {
  const sendStudy = (studyUid: string, images: number, pauseMs: number): void => {
    for (let i = 0; i < images; i += 1) {
      assembler.instanceStored(studyUid, 'CR1', i);
      assembler.associationEnded(i, [studyUid]);
      time.advance(pauseMs);
    }
    time.advance(60_000);
  };

  test('is misjudged once, and known from then on', () => {
    sendStudy('A', 4, 2_000);
    const firstTime = assembled.length;
    assembled.length = 0;
    sendStudy('B', 4, 2_000);
    expect(firstTime).toBeGreaterThan(1);
    expect(assembled).toEqual(['B association-end']);
  });
});

test('a study of an earlier life of the process is decided after a short silence', () => {
  assembler.resume('S', 'CT1');
  time.advance(QUIET.ended.firstMs);
  expect(assembled).toEqual(['S association-end']);
});

test('an image of a study that is being resumed is waited for like any other', () => {
  assembler.resume('S', 'CT1');
  assembler.instanceStored('S', 'CT1', 1);
  time.advance(QUIET.ended.firstMs);
  expect(assembled).toEqual([]);
  assembler.associationEnded(1, ['S']);
  time.advance(QUIET.ended.firstMs);
  expect(assembled).toEqual(['S association-end']);
});

test('stopping leaves no timer', () => {
  assembler.instanceStored('S', 'CT1', 1);
  assembler.stop();
  expect(time.pending()).toBe(0);
});
