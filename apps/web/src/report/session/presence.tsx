'use client';

import { useEffect, useState } from 'react';
import { z } from 'zod';
import type { WebsocketProvider } from 'y-websocket';
import { initials } from '../../lib/initials.ts';
import { Tooltip } from '../../ui/overlays.tsx';

const presentSchema = z.object({ user: z.object({ id: z.string(), name: z.string(), color: z.string(), role: z.string().optional() }) });
export interface Present {
  readonly id: string;
  readonly name: string;
  readonly colour: string;
}

/** Who else has the report open, each person once. Names and colours are the gateway's. */
export function usePresent(provider: WebsocketProvider, userId: string): readonly Present[] {
  const [present, setPresent] = useState<readonly Present[]>([]);
  useEffect(() => {
    const read = (): void => setPresent(presentIn(provider.awareness.getStates(), userId));
    read();
    provider.awareness.on('change', read);
    return () => provider.awareness.off('change', read);
  }, [provider, userId]);
  return present;
}

export function presentIn(states: ReadonlyMap<number, unknown>, userId: string): Present[] {
  const people = new Map<string, Present>();
  for (const state of states.values()) {
    const parsed = presentSchema.safeParse(state);
    if (parsed.success && parsed.data.user.id !== userId) {
      const { id, name, color } = parsed.data.user;
      people.set(id, { id, name, colour: color });
    }
  }
  return [...people.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function Presence({ present }: { present: readonly Present[] }) {
  if (present.length === 0) return null;
  return (
    <ul aria-label="Also here" className="flex -space-x-1">
      {present.map((person) => (
        <li key={person.id}>
          <Tooltip text={`${person.name} is here`}>
            <span
              aria-label={person.name}
              style={{ backgroundColor: person.colour }}
              className="flex size-6 items-center justify-center rounded-full border-2 border-raised text-[10px] font-semibold text-surface"
            >
              {initials(person.name)}
            </span>
          </Tooltip>
        </li>
      ))}
    </ul>
  );
}
