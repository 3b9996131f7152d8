'use client';

import { useMutation } from '@tanstack/react-query';
import { api } from '../../lib/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { useSession } from '../../session/session.tsx';
import { SelectField } from '../../ui/field.tsx';

/** The hospital's clock, by which shifts are told: read by all, set by an administrator. */
export function TimeZone({ current, onChanged }: { current: string; onChanged(): void }) {
  const session = useSession();
  const set = useMutation({ mutationFn: api.setTimeZone, onSuccess: onChanged });
  if (!session.may('hospital.configure')) return <p className="ml-auto flex h-9 items-center text-muted">Shifts by the clock of {current}</p>;
  const zones = [...new Set(['UTC', current, ...Intl.supportedValuesOf('timeZone')])].map((zone) => ({ value: zone, label: zone }));
  return (
    <div className="ml-auto">
      <SelectField label="The hospital’s clock (for shifts)" value={current} options={zones} onChange={(zone) => set.mutate(zone)} />
      {set.error && <p className="text-xs text-critical-text">{problemOf(set.error).text}</p>}
    </div>
  );
}
