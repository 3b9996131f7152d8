import type { Role } from './role.ts';

export type Action =
  | 'worklist.view'
  | 'patient.identify'
  | 'study.view'
  | 'study.claim'
  | 'study.move'
  | 'analysis.request'
  | 'finding.feedback'
  | 'alert.view'
  | 'alert.acknowledge'
  | 'alert.communicate'
  | 'alert.report'
  | 'report.view'
  | 'report.edit'
  | 'report.sign'
  | 'report.addend'
  | 'audit.view'
  | 'members.manage'
  | 'hospital.configure'
  | 'node.view'
  | 'node.manage'
  | 'repeat.view'
  | 'repeat.settle';

/** A signed-in person as a member of one organisation. */
export interface Member {
  readonly userId: string;
  readonly name: string;
  readonly organisation: string;
  readonly role: Role;
}

const READER: readonly Action[] = [
  'worklist.view',
  'patient.identify',
  'study.view',
  'study.claim',
  'study.move',
  'analysis.request',
  'finding.feedback',
  'alert.view',
  'alert.acknowledge',
  'alert.communicate',
  'report.view',
  'report.edit',
];

/** IT sees that studies flow, never whose they are. A resident drafts; an attending signs. A technologist is told what to take again (QU5). */
const ALLOWED: { readonly [R in Role]: ReadonlySet<Action> } = {
  resident: new Set(READER),
  attending: new Set([...READER, 'report.sign', 'report.addend', 'alert.report']),
  admin: new Set(['worklist.view', 'patient.identify', 'study.view', 'alert.view', 'report.view', 'alert.report', 'audit.view', 'members.manage', 'hospital.configure', 'node.view', 'node.manage', 'repeat.view']),
  it: new Set(['worklist.view', 'node.view', 'node.manage']),
  technologist: new Set(['repeat.view', 'repeat.settle']),
};

/** The only place that says who may do what. `organisation` is that of the thing acted on: a member of another one may nothing. */
export function can(member: Member, action: Action, organisation: string): boolean {
  return member.organisation === organisation && ALLOWED[member.role].has(action);
}
