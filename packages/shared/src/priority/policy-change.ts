import { z } from 'zod';
import { HOUR_MS, MINUTE_MS } from '../clock.ts';
import { lengthText } from '../length-text.ts';
import { changeFields, versionFields } from '../policy-version.ts';
import { overtakingBoundMs, policySchema } from './policy.ts';
import type { Policy } from './policy.ts';

/** What an administrator sets: the policy without its number. */
export const policyTermsSchema = policySchema.omit({ version: true });
export type PolicyTerms = z.infer<typeof policyTermsSchema>;

export const allowanceFields = ['stat', 'emergency', 'inpatient', 'unclassed', 'outpatient'] as const;
export const creditFields = ['critical', 'urgent', 'routine'] as const;
/** In the order of the form. */
export const policyFields = [...allowanceFields, ...creditFields, 'hardLimit'] as const;
export type PolicyField = (typeof policyFields)[number];
/** The same terms, flat; milliseconds. */
export type PolicyValues = { readonly [F in PolicyField]: number };

const DAY_MS = 24 * HOUR_MS;

/** PR10: what an administrator may choose between, in ms, and how the field is named. */
export const POLICY_FIELD: { readonly [F in PolicyField]: { readonly title: string; readonly bounds: readonly [min: number, max: number] } } = {
  stat: { title: 'STAT', bounds: [5 * MINUTE_MS, 4 * HOUR_MS] },
  emergency: { title: 'Emergency', bounds: [10 * MINUTE_MS, 12 * HOUR_MS] },
  inpatient: { title: 'Inpatient', bounds: [30 * MINUTE_MS, 3 * DAY_MS] },
  unclassed: { title: 'No class given', bounds: [30 * MINUTE_MS, 3 * DAY_MS] },
  outpatient: { title: 'Outpatient', bounds: [HOUR_MS, 14 * DAY_MS] },
  critical: { title: 'Critical finding', bounds: [0, DAY_MS] },
  urgent: { title: 'Urgent finding', bounds: [0, DAY_MS] },
  routine: { title: 'Routine finding', bounds: [0, DAY_MS] },
  hardLimit: { title: 'Call the attendings after', bounds: [2 * HOUR_MS, 30 * DAY_MS] },
};

export function valuesOf({ allowanceMs, creditMs, hardLimitMs }: PolicyTerms): PolicyValues {
  return { ...allowanceMs, ...creditMs, hardLimit: hardLimitMs };
}

export function termsOf({ stat, emergency, inpatient, unclassed, outpatient, critical, urgent, routine, hardLimit }: PolicyValues): PolicyTerms {
  return { allowanceMs: { stat, emergency, inpatient, unclassed, outpatient }, creditMs: { critical, urgent, routine }, hardLimitMs: hardLimit };
}

export interface RankPolicyProblem {
  readonly field: PolicyField;
  readonly text: string;
}

/** PR10: everything that forbids these terms, every reason at once, in the order of the form; empty when they may stand. */
export function rankPolicyProblems(terms: PolicyTerms): RankPolicyProblem[] {
  const values = valuesOf(terms);
  const all = [...policyFields.flatMap((field) => outside(field, values[field])), ...ORDERED.flatMap(([less, more, text]) => (values[less] > values[more] ? [{ field: more, text }] : [])), ...limitProblems(terms)];
  return all.toSorted((a, b) => policyFields.indexOf(a.field) - policyFields.indexOf(b.field));
}

function outside(field: PolicyField, value: number): RankPolicyProblem[] {
  const [min, max] = POLICY_FIELD[field].bounds;
  return value < min || value > max ? [{ field, text: `Choose ${lengthText(min)} to ${lengthText(max)}.` }] : [];
}

/** What may never be turned round: the first is no more than the second. */
const ORDERED: readonly (readonly [PolicyField, PolicyField, string])[] = [
  ['stat', 'emergency', 'An emergency study can’t be due before a STAT one.'],
  ['emergency', 'inpatient', 'An inpatient’s study can’t be due before an emergency one.'],
  ['inpatient', 'outpatient', 'An outpatient’s study can’t be due before an inpatient’s.'],
  ['stat', 'unclassed', 'A study without a class can’t be due before a STAT one.'],
  ['unclassed', 'outpatient', 'An outpatient’s study can’t be due before one without a class.'],
  ['urgent', 'critical', 'A critical finding can’t count less than an urgent one.'],
  ['routine', 'urgent', 'An urgent finding can’t count less than a routine one.'],
];

/** PR4: nobody is overtaken for longer than until the attendings are called, and they are not called of a study that is not due. */
function limitProblems({ hardLimitMs, ...terms }: PolicyTerms): RankPolicyProblem[] {
  const longest = Math.max(...Object.values(terms.allowanceMs));
  const bound = boundOf({ ...terms, hardLimitMs });
  return [
    ...(hardLimitMs < longest ? [{ field: 'hardLimit' as const, text: `No sooner than the last study is due: ${lengthText(longest)} or more.` }] : []),
    ...(hardLimitMs < bound ? [{ field: 'hardLimit' as const, text: `No shorter than the bound W, within which a study can be overtaken: ${lengthText(bound)} or more.` }] : []),
  ];
}

/** W of PR4 under these terms, in ms. */
export function boundOf(terms: PolicyTerms): number {
  return overtakingBoundMs({ version: 1, ...terms });
}

/** What would be different, a sentence each: said before a change is made. */
export function rankPolicyChanges(before: PolicyTerms, after: PolicyTerms): string[] {
  const [was, will] = [valuesOf(before), valuesOf(after)];
  return policyFields.filter((field) => was[field] !== will[field]).map((field) => `${sentence(field)} ${lengthText(will[field])}, until now ${lengthText(was[field])}.`);
}

function sentence(field: PolicyField): string {
  const { title } = POLICY_FIELD[field];
  if (field === 'hardLimit') return title;
  return creditFields.some((credit) => credit === field) ? `${title}: counts` : `${title}: may wait`;
}

export const rankPolicyVersionSchema = versionFields.extend({ terms: policyTermsSchema });
export type RankPolicyVersion = z.infer<typeof rankPolicyVersionSchema>;
/** The newest first, and that is the one in force. */
export const rankPolicyHistorySchema = z.array(rankPolicyVersionSchema).min(1);

export const rankPolicyChangeSchema = changeFields.extend({ terms: policyTermsSchema });
export type RankPolicyChange = z.infer<typeof rankPolicyChangeSchema>;

export function policyOf(version: number, terms: PolicyTerms): Policy {
  return { version, ...terms };
}
