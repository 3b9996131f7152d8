import { MAX_ON_CALL, type Named, type RotaShift, type Seat, type SeatName } from '@readroom/shared/alert/rota';
import { Button, IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Choices, SelectField, TextField } from '../../ui/field.tsx';
import { CloseIcon } from '../../ui/icons.ts';
import { clockOf, minutesOf, SEAT_TEXT, WEEKDAYS } from './rota-text.ts';

interface SeatEditorProps {
  readonly name: SeatName;
  readonly seat: Seat;
  readonly candidates: readonly Named[];
  onChange(seat: Seat): void;
}

const KINDS = [
  { value: 'role' as const, label: 'By role' },
  { value: 'people' as const, label: 'Named people' },
  { value: 'weekly' as const, label: 'Weekly shifts' },
];

const WORKDAY: Omit<RotaShift, 'people'> = { days: [1, 2, 3, 4, 5], from: 8 * 60, to: 16 * 60 };

/** Who sits in one seat: its role, people by name, or people by shifts. */
export function SeatEditor({ name, seat, candidates, onChange }: SeatEditorProps) {
  const choose = (kind: Seat['kind']) => {
    if (kind === 'role') onChange({ kind });
    else if (kind === 'people') onChange({ kind, people: [] });
    else onChange({ kind, shifts: [{ ...WORKDAY, people: [] }] });
  };
  const title = SEAT_TEXT[name].title;
  return (
    <section aria-label={title} className="flex flex-col gap-3 rounded-md border border-line bg-raised p-4">
      <Choices label={title} value={seat.kind} choices={KINDS} onChange={choose} />
      {seat.kind === 'people' && <People label={`${title}: add a person`} people={seat.people} candidates={candidates} onChange={(people) => onChange({ ...seat, people })} />}
      {seat.kind === 'weekly' && <Shifts title={title} shifts={seat.shifts} candidates={candidates} onChange={(shifts) => onChange({ ...seat, shifts })} />}
    </section>
  );
}

function Shifts({ title, shifts, candidates, onChange }: { title: string; shifts: readonly RotaShift[]; candidates: readonly Named[]; onChange(shifts: RotaShift[]): void }) {
  const replace = (at: number, change: Partial<RotaShift>) => onChange(shifts.map((shift, index) => (index === at ? { ...shift, ...change } : shift)));
  return (
    <>
      <ul className="flex flex-col gap-3">
        {shifts.map((shift, index) => (
          <li key={index} className="flex flex-wrap items-end gap-3 border-t border-line pt-3">
            <Days label={`${title}, shift ${index + 1}: days`} days={shift.days} onChange={(days) => replace(index, { days })} />
            <TextField label="From" type="time" className="nums w-28" value={clockOf(shift.from)} onChange={(event) => replace(index, { from: minutesOf(event.target.value) ?? shift.from })} />
            <TextField label="To" type="time" className="nums w-28" value={clockOf(shift.to)} onChange={(event) => replace(index, { to: minutesOf(event.target.value) ?? shift.to })} />
            <People label={`${title}, shift ${index + 1}: add a person`} people={shift.people} candidates={candidates} onChange={(people) => replace(index, { people })} />
            <IconButton className="mb-1.5 ml-auto" label={`Remove shift ${index + 1}`} disabled={shifts.length === 1} onClick={() => onChange(shifts.filter((_, at) => at !== index))}>
              <CloseIcon size={14} />
            </IconButton>
          </li>
        ))}
      </ul>
      <Button className="self-start" size="small" onClick={() => onChange([...shifts, { ...WORKDAY, people: [] }])}>
        Add a shift
      </Button>
    </>
  );
}

function Days({ label, days, onChange }: { label: string; days: readonly number[]; onChange(days: number[]): void }) {
  return (
    <fieldset>
      <legend className="mb-1 text-xs text-muted">{label}</legend>
      <div className="flex gap-1">
        {WEEKDAYS.map((text, index) => {
          const on = days.includes(index + 1);
          return (
            <label key={text} className={cx('flex h-9 cursor-pointer items-center rounded border px-2 has-focus-visible:outline-2 has-focus-visible:outline-accent', on ? 'border-accent bg-accent-wash text-text' : 'border-line-strong bg-raised-2 text-muted')}>
              <input type="checkbox" className="sr-only" checked={on} onChange={() => onChange(on ? days.filter((day) => day !== index + 1) : [...days, index + 1])} />
              {text}
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

function People({ label, people, candidates, onChange }: { label: string; people: readonly Named[]; candidates: readonly Named[]; onChange(people: Named[]): void }) {
  const free = candidates.filter(({ id }) => !people.some((person) => person.id === id));
  const add = (id: string) => {
    const person = free.find((one) => one.id === id);
    if (person) onChange([...people, person]);
  };
  return (
    <div className="flex flex-wrap items-end gap-2">
      {people.map((person) => (
        <span key={person.id} className="flex h-9 items-center gap-1 rounded border border-line-strong bg-raised-2 pl-2.5">
          <bdi>{person.name}</bdi>
          <IconButton label={`Take ${person.name} off`} onClick={() => onChange(people.filter(({ id }) => id !== person.id))}>
            <CloseIcon size={13} />
          </IconButton>
        </span>
      ))}
      {people.length < MAX_ON_CALL && free.length > 0 && (
        <div className="w-56">
          <SelectField label={label} value="" options={[{ value: '', label: 'Choose…' }, ...free.map(({ id, name }) => ({ value: id, label: name }))]} onChange={add} />
        </div>
      )}
    </div>
  );
}
