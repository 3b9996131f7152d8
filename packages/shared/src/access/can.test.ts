import { expect, test } from 'vitest';
import { can } from './can.ts';
import type { Action } from './can.ts';
import { roleSchema } from './role.ts';
import type { Role } from './role.ts';

/** The whole table a second time, by hand: who may. */
const WHO: { readonly [A in Action]: readonly Role[] } = {
  'worklist.view': ['resident', 'attending', 'admin', 'it'],
  'patient.identify': ['resident', 'attending', 'admin'],
  'study.view': ['resident', 'attending', 'admin'],
  'study.claim': ['resident', 'attending'],
  'study.move': ['resident', 'attending'],
  'analysis.request': ['resident', 'attending'],
  'finding.feedback': ['resident', 'attending'],
  'alert.view': ['resident', 'attending', 'admin'],
  'alert.acknowledge': ['resident', 'attending'],
  'alert.communicate': ['resident', 'attending'],
  'alert.report': ['attending', 'admin'],
  'report.view': ['resident', 'attending', 'admin'],
  'report.edit': ['resident', 'attending'],
  'report.sign': ['attending'],
  'report.addend': ['attending'],
  'audit.view': ['admin'],
  'members.manage': ['admin'],
  'hospital.configure': ['admin'],
  'node.view': ['admin', 'it'],
  'node.manage': ['admin', 'it'],
  'repeat.view': ['admin', 'technologist'],
  'repeat.settle': ['technologist'],
};

const actions = Object.keys(WHO) as Action[];

test.each(roleSchema.options)('%s may exactly what the table says', (role) => {
  const member = { userId: 'u', name: 'U', organisation: 'a', role };
  expect(actions.filter((action) => can(member, action, 'a'))).toEqual(actions.filter((action) => WHO[action].includes(role)));
});

test.each(roleSchema.options)('[TN1] %s of one organisation may nothing in another', (role) => {
  const member = { userId: 'u', name: 'U', organisation: 'a', role };
  expect(actions.filter((action) => can(member, action, 'b'))).toEqual([]);
});

test('[QU5] a technologist may look at the flagged series and answer them, and nothing else', () => {
  const technologist = { userId: 'u', name: 'U', organisation: 'a', role: 'technologist' as const };
  expect(actions.filter((action) => can(technologist, action, 'a'))).toEqual(['repeat.view', 'repeat.settle']);
});

test('IT sees that studies flow and never whose they are', () => {
  const it = { userId: 'u', name: 'U', organisation: 'a', role: 'it' as const };
  for (const action of ['patient.identify', 'study.view', 'alert.view', 'report.view'] as const) expect(can(it, action, 'a')).toBe(false);
});
