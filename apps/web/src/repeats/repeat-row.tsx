import type { ReactNode } from 'react';
import type { Repeat } from '@readroom/shared/quality/repeat';
import { askedOf } from '@readroom/shared/quality/words';
import { bornText, patientTitle } from '../lib/person.ts';
import { gatewayNow, useTicking } from '../lib/ticker.ts';
import { agoText, clockText } from '../lib/time.ts';
import { cx } from '../ui/cx.ts';
import { Badge } from '../ui/marks/marks.tsx';

/** One flagged series: where it was taken, of whom, what is wrong, and what was answered. `children` are the deeds. */
export function RepeatRow({ repeat, children }: { repeat: Repeat; children?: ReactNode }) {
  const { patient, settled } = repeat;
  const facts = { patientName: patient.name, patientId: patient.id, birthDate: patient.birthDate, sex: patient.sex };
  const ago = useTicking((now) => agoText(repeat.flaggedAt, now));
  return (
    <li className={cx('grid grid-cols-[7rem_minmax(0,1fr)_minmax(0,1.4fr)_auto] items-start gap-4 rounded-md border bg-raised px-4 py-3 max-[899px]:grid-cols-1 max-[899px]:gap-2', settled ? 'border-line' : 'border-urgent')}>
      <div>
        <p className="font-semibold">{repeat.modality}</p>
        <p className="nums text-muted">
          {clockText(repeat.flaggedAt)} · {ago}
        </p>
        <p className="text-xs text-muted">
          <bdi>{repeat.station}</bdi>
        </p>
      </div>
      <div className="min-w-0">
        <p className="font-medium">
          <bdi>{patientTitle(facts)}</bdi>
        </p>
        <p className="nums text-muted">
          {bornText(facts, gatewayNow())} · <bdi>{patient.id}</bdi>
        </p>
        <p className="truncate text-xs text-muted">
          <bdi>{[repeat.studyDescription, seriesText(repeat)].filter(Boolean).join(' · ')}</bdi>
        </p>
      </div>
      <div>
        {repeat.reasons.map(({ code, text }) => (
          <p key={code}>{text}</p>
        ))}
        {settled === null && <p className="text-xs text-muted">{askedOf(repeat.route)}</p>}
        {settled !== null && <Answer settled={settled} />}
      </div>
      <div className="flex shrink-0 gap-2">{children}</div>
    </li>
  );
}

function seriesText({ seriesNumber, seriesDescription }: Repeat): string {
  return [seriesNumber === null ? '' : `Series ${seriesNumber}`, seriesDescription].filter(Boolean).join(' ');
}

function Answer({ settled: { outcome, by, at, reason } }: { settled: NonNullable<Repeat['settled']> }) {
  return (
    <p className="mt-1 text-xs text-muted">
      <Badge tone={outcome === 'repeated' ? 'routine' : 'quiet'}>{outcome === 'repeated' ? 'Repeated' : 'Not needed'}</Badge> <bdi>{by}</bdi>, <span className="nums">{clockText(at)}</span>
      {reason !== '' && (
        <>
          {': '}
          <bdi>{reason}</bdi>
        </>
      )}
    </p>
  );
}
