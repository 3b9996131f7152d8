import { z } from 'zod';
import { awaitsCommunication } from './alert.ts';
import type { AlertState } from './alert.ts';
import { standing } from './communication.ts';
import type { Communication } from './communication.ts';
import type { Severity } from '../finding/finding.ts';

/**
 * The way of one critical result, from the image to the person who was told:
 * stored -> analysed -> raised -> emitted -> delivered -> painted -> sounded -> escalated -> acknowledged -> communicated
 */
export const chainStepSchema = z.enum(['stored', 'analysed', 'raised', 'emitted', 'delivered', 'painted', 'sounded', 'escalated', 'acknowledged', 'communicated']);
export type ChainStep = z.infer<typeof chainStepSchema>;

export const chainLinkSchema = z.object({
  step: chainStepSchema,
  /** `missing`: it should be there and no record says so. `waiting`: it may still come. `not-due`: it was not needed. */
  state: z.enum(['recorded', 'missing', 'waiting', 'not-due']),
  /** ms since epoch of the first record; null unless recorded. */
  at: z.number().int().nullable(),
  /** Whose deed or whose browser it was first; null for programs. */
  by: z.string().nullable(),
  /** How many records there are: browsers that painted it, people told. */
  count: z.number().int(),
  /** ms since the alert was raised, negative before it; null unless recorded. */
  sinceRaisedMs: z.number().int().nullable(),
  /** ms since the recorded link before it, negative where clocks or typed minutes differ; null for the first and where not recorded. */
  sincePreviousMs: z.number().int().nullable(),
});
export type ChainLink = z.infer<typeof chainLinkSchema>;

export interface ChainEvent {
  readonly step: string;
  /** The name of the step of the ladder (`primary`, `backup`, `end`). */
  readonly key: string;
  readonly at: number;
  readonly by: string | null;
}

/** What is stored of an alert, and nothing else. Times in ms since epoch. */
export interface ChainFacts {
  readonly state: AlertState;
  readonly severity: Severity;
  /** Last image of the study at the edge, corrected to the gateway's clock; null when images came after the analysis, so that the time of those analysed is not known. */
  readonly storedAt: number | null;
  readonly analysedAt: number | null;
  readonly raisedAt: number;
  readonly events: readonly ChainEvent[];
  readonly acknowledged: { readonly at: number; readonly by: string } | null;
  readonly communications: readonly Communication[];
}

interface Recorded {
  readonly at: number;
  readonly by: string | null;
}

/** AL10: every link in its order. One without a record is said to be missing, waiting or not due; no time is ever derived. */
export function chainOf(facts: ChainFacts): ChainLink[] {
  let previous: number | null = null;
  return chainStepSchema.options.map((step) => {
    const records = recordsOf(step, facts);
    const first = records.reduce<Recorded | null>((earliest, record) => (earliest === null || record.at < earliest.at ? record : earliest), null);
    if (first === null) return { step, state: absence(step, facts), at: null, by: null, count: 0, sinceRaisedMs: null, sincePreviousMs: null };
    const sincePreviousMs = previous === null ? null : first.at - previous;
    previous = first.at;
    return { step, state: 'recorded' as const, at: first.at, by: first.by, count: records.length, sinceRaisedMs: first.at - facts.raisedAt, sincePreviousMs };
  });
}

function recordsOf(step: ChainStep, facts: ChainFacts): readonly Recorded[] {
  const at = (time: number | null): Recorded[] => (time === null ? [] : [{ at: time, by: null }]);
  switch (step) {
    case 'stored': return at(facts.storedAt);
    case 'analysed': return at(facts.analysedAt);
    case 'raised': return at(facts.raisedAt);
    case 'acknowledged': return facts.acknowledged === null ? [] : [facts.acknowledged];
    case 'communicated': return standing(facts.communications).flatMap(({ said, by }) => (said.outcome === 'told' ? [{ at: said.at, by: by.name }] : []));
    // The first call is part of raising; what climbs is what comes after it.
    case 'escalated': return facts.events.filter((event) => event.step === step && event.key !== 'primary');
    case 'emitted': case 'delivered': case 'painted': case 'sounded': return facts.events.filter((event) => event.step === step);
    default: return step satisfies never;
  }
}

function absence(step: ChainStep, facts: ChainFacts): 'missing' | 'waiting' | 'not-due' {
  if (step === 'acknowledged') return 'waiting';
  if (step === 'communicated') return facts.state === 'open' || awaitsCommunication(facts) ? 'waiting' : 'not-due';
  if (step === 'escalated') return facts.state === 'open' ? 'waiting' : 'not-due';
  if (step === 'stored' || step === 'analysed' || step === 'raised') return 'missing';
  // AL7: taken at the hospital's own page before the gateway knew of it. Nobody had to be called.
  if (facts.acknowledged !== null && facts.acknowledged.at <= facts.raisedAt) return 'not-due';
  return facts.state === 'open' ? 'waiting' : 'missing';
}
