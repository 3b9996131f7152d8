'use client';

import type { RefObject } from 'react';
import { shownMinutes } from '@readroom/shared/priority/explain';
import { MINUTE_MS } from '@readroom/shared/clock';
import type { WorklistItem } from '@readroom/shared/worklist/worklist-item';
import { absoluteText, clockText } from '../../lib/time.ts';
import { moveText } from '../move/move-text.ts';
import { useTicking } from '../../lib/ticker.ts';

const TIER_TEXT = {
  0: 'An open critical finding stands above everything until a preliminary report exists or a radiologist refuses the finding.',
  1: 'STAT and emergency studies stand above all others.',
  2: 'Ordered by arrival, by how long its class may wait, and by what AI found.',
} as const;

/** `+240 min`; a true minus sign, so that columns align. */
export function signedMinutes(minutes: number): string {
  if (minutes === 0) return '0 min';
  return `${minutes > 0 ? '+' : '−'}${Math.abs(minutes)} min`;
}

/** Law PR6 on screen: the parts, in minutes, and the moment they add up to. */
export function RankParts({ item, whyRef }: { item: WorklistItem; whyRef: RefObject<HTMLElement | null> }) {
  const sum = shownMinutes(item.sortKey) * MINUTE_MS;
  const today = useTicking((now) => new Date(now).toDateString());
  const clock = (at: number) => (new Date(at).toDateString() === today ? clockText(at) : absoluteText(at).slice(0, -3));
  return (
    <section aria-label="Why it is here" ref={whyRef} tabIndex={-1} className="rounded outline-offset-4 focus:outline-1 focus:outline-accent">
      <h3 className="mb-1 font-medium">Why it is here</h3>
      <p className="mb-2 text-muted">{item.override?.holds ? 'A person placed it here.' : TIER_TEXT[item.tier]}</p>
      {item.override !== null && (
        <p className="mb-2 text-accent">
          <bdi>{moveText(item.override)}</bdi>
        </p>
      )}
      <table className="w-full">
        <tbody>
          {item.reasons.map((part, index) => (
            <tr key={`${part.code}-${index}`} className="border-b border-line align-top">
              <td className="py-1 pr-3">
                <bdi className={part.code.startsWith('ai.') && part.ms !== 0 ? 'text-ai' : ''}>{part.text}</bdi>
              </td>
              <td className="nums py-1 text-right whitespace-nowrap">{part.code === 'arrival' ? clock(part.ms) : signedMinutes(part.minutes)}</td>
            </tr>
          ))}
          <tr>
            <td className="py-1 pr-3 font-medium">Stands as if it came at</td>
            <td className="nums py-1 text-right font-medium whitespace-nowrap">{clock(sum)}</td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}
