import { expect, test } from 'vitest';
import { makeAlert } from '../testing/make.ts';
import { awaitingAlerts, EMPTY_BOOK, newestOf, ofStudy, openAlerts, receive, settle, titleBadge } from './alert-book.ts';

test('the copy with the higher revision stays, in whatever order they come', () => {
  const newer = makeAlert(1, { state: 'acknowledged', revision: 5 });
  const book = receive(receive(EMPTY_BOOK, [newer], 1), [makeAlert(1)], 2);
  expect(openAlerts(book)).toEqual([]);
  expect(receive(book, [makeAlert(1)], 3)).toBe(book);
});

test('the worst stands first, among equals the one that waited longest', () => {
  const book = receive(EMPTY_BOOK, [makeAlert(3), makeAlert(1, { severity: 'urgent' }), makeAlert(2)], 1);
  expect(openAlerts(book).map((alert) => alert.studyUid)).toEqual(['1.2.3.2', '1.2.3.3', '1.2.3.1']);
});

test('[AL4] what was acknowledged while the page was away is gone, what arrived meanwhile stays', () => {
  const before = receive(EMPTY_BOOK, [makeAlert(1)], 100);
  const during = receive(before, [makeAlert(2)], 300);
  expect(openAlerts(settle(during, [], 200, 400)).map((alert) => alert.studyUid)).toEqual(['1.2.3.2']);
  expect(openAlerts(settle(EMPTY_BOOK, [makeAlert(3)], 200, 400))).toHaveLength(1);
});

test('[AL9] a critical one stays until it is communicated, here or elsewhere', () => {
  const taken = makeAlert(1, { state: 'acknowledged', acknowledgedAt: 5, revision: 2 });
  const book = receive(EMPTY_BOOK, [taken, makeAlert(2, { state: 'acknowledged', severity: 'urgent' })], 100);
  expect(awaitingAlerts(book)).toEqual([taken]);
  expect(awaitingAlerts(settle(book, [taken], 200, 400))).toEqual([taken]);
  expect(awaitingAlerts(settle(book, [], 200, 400))).toEqual([]);
  expect(awaitingAlerts(receive(book, [{ ...taken, state: 'closed', revision: 3 }], 300))).toEqual([]);
});

test('what was read earlier is shown as it was last heard of, and a study has what came since', () => {
  const closed = makeAlert(1, { state: 'closed', revision: 4 });
  const late = makeAlert(7, { studyId: makeAlert(1).studyId });
  const book = receive(EMPTY_BOOK, [closed, late, makeAlert(2)], 1);
  expect(newestOf(book, [makeAlert(1), makeAlert(3)])).toEqual([closed, makeAlert(3)]);
  expect(newestOf(book, [{ ...closed, revision: 9 }])).toEqual([{ ...closed, revision: 9 }]);
  expect(ofStudy(book, closed.studyId, [makeAlert(1)])).toEqual([late, closed]);
});

test('the title counts and names the worst', () => {
  expect(titleBadge([], 'Readroom')).toBe('Readroom');
  expect(titleBadge([makeAlert(1), makeAlert(2)], 'Readroom')).toBe('(2) ▲ Critical · Readroom');
  expect(titleBadge([makeAlert(1, { severity: 'urgent' })], 'Readroom')).toBe('(1) ◆ Urgent · Readroom');
});
