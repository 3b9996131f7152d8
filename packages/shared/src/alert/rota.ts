import { z } from 'zod';

/** The two seats that can be given to people; the end of the ladder is everybody's and can't be given away. */
export const seatNameSchema = z.enum(['primary', 'backup']);
export type SeatName = z.infer<typeof seatNameSchema>;

export const MAX_ON_CALL = 10;
const MAX_SHIFTS = 42;
const MINUTES_A_DAY = 24 * 60;

/** A person by id, under the name they had when the rota was written. */
export const namedSchema = z.object({ id: z.string().max(128), name: z.string().max(200) });
export type Named = z.infer<typeof namedSchema>;

const people = z.array(namedSchema).min(1).max(MAX_ON_CALL);
const shiftSchema = z.object({
  /** 1 Monday to 7 Sunday (ISO 8601): the days it begins on. */
  days: z.array(z.number().int().min(1).max(7)).min(1).max(7),
  /** Minutes after midnight on the hospital's clock. One that ends at or before its beginning ends the next day. */
  from: z.number().int().min(0).max(MINUTES_A_DAY - 1),
  to: z.number().int().min(0).max(MINUTES_A_DAY - 1),
  people,
});
export type RotaShift = z.infer<typeof shiftSchema>;

const seatSchema = z.discriminatedUnion('kind', [
  /** Nobody by name: everybody whose role it is. */
  z.object({ kind: z.literal('role') }),
  z.object({ kind: z.literal('people'), people }),
  z.object({ kind: z.literal('weekly'), shifts: z.array(shiftSchema).min(1).max(MAX_SHIFTS) }),
]);
export type Seat = z.infer<typeof seatSchema>;

export const rotaSchema = z.object({ primary: seatSchema, backup: seatSchema });
export type Rota = z.infer<typeof rotaSchema>;

export const NO_ROTA: Rota = { primary: { kind: 'role' }, backup: { kind: 'role' } };

/** A moment on the hospital's clock: ISO day of the week and minute of the day. */
interface LocalMinute {
  readonly day: number;
  readonly minute: number;
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/**
 * AL13: who sits in this seat at `at` (ms since epoch), by the clock of the zone at that very moment, so that a night with its hour
 * twice is one night and nobody's watch has a hole when the clock is put forward. Null where nobody is named: the role is called.
 * Throws RangeError for an unknown zone.
 */
export function onCall(rota: Rota, seat: SeatName, at: number, timeZone: string): Named[] | null {
  const sitting = rota[seat];
  if (sitting.kind === 'role') return null;
  if (sitting.kind === 'people') return sitting.people;
  const local = localMinute(at, timeZone);
  const found = sitting.shifts.filter((shift) => covers(shift, local)).flatMap((shift) => shift.people);
  const once = [...new Map(found.map((person) => [person.id, person])).values()];
  return once.length === 0 ? null : once;
}

function covers({ days, from, to }: RotaShift, { day, minute }: LocalMinute): boolean {
  if (to > from) return days.includes(day) && minute >= from && minute < to;
  const dayBefore = day === 1 ? 7 : day - 1;
  return (days.includes(day) && minute >= from) || (days.includes(dayBefore) && minute < to);
}

function localMinute(at: number, timeZone: string): LocalMinute {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? '';
  return { day: DAYS.findIndex((name) => name === part('weekday')) + 1, minute: Number(part('hour')) * 60 + Number(part('minute')) };
}

/** Minutes of a week in which nobody is named and the role is called instead. */
export function uncoveredMinutes(seat: Seat): number {
  if (seat.kind !== 'weekly') return 0;
  let open = 0;
  for (let day = 1; day <= 7; day += 1) for (let minute = 0; minute < MINUTES_A_DAY; minute += 1) if (!seat.shifts.some((shift) => covers(shift, { day, minute }))) open += 1;
  return open;
}

export const rotaVersionSchema = z.object({ version: z.number().int(), rota: rotaSchema, by: z.string(), at: z.number().int() });
export type RotaVersion = z.infer<typeof rotaVersionSchema>;

const nowSchema = z.object({ primary: z.array(namedSchema).nullable(), backup: z.array(namedSchema).nullable() });
/** What the page of the rota shows: the one in force (version 0 before the first), those before it, who is called now, who may be named. */
export const rotaViewSchema = z.object({
  timeZone: z.string(),
  version: z.number().int(),
  rota: rotaSchema,
  history: z.array(rotaVersionSchema),
  now: nowSchema,
  candidates: z.array(namedSchema),
});
export type RotaView = z.infer<typeof rotaViewSchema>;

export const rotaChangeSchema = z.object({ basedOn: z.number().int(), rota: rotaSchema });
export type RotaChange = z.infer<typeof rotaChangeSchema>;
