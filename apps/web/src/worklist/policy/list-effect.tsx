import type { UseQueryResult } from '@tanstack/react-query';
import type { PolicyPreview } from '@readroom/shared/priority/policy-effect';
import { EffectOfChange } from '../../admin/effect-of-change.tsx';
import { clockText } from '../../lib/time.ts';

/** What a policy would do before it is one: in words, and to the list of the last day as it really stood. */
export function ListEffect({ changes, preview }: { changes: readonly string[]; preview: UseQueryResult<PolicyPreview> }) {
  return (
    <EffectOfChange changes={changes} preview={preview}>
      {(effect) => <Day effect={effect} />}
    </EffectOfChange>
  );
}

function Day({ effect }: { effect: PolicyPreview }) {
  const { studies, moved, most, fallen } = effect;
  return (
    <>
      {fallen.length > 0 ? (
        <p role="alert" className="text-critical-text">
          {fallen.length === 1 ? 'A study' : `${fallen.length} studies`} with an open critical finding would have come to stand behind one without, that a reader had placed behind it by hand. Such a policy is refused: change the waiting times less, or wait until a day has passed since that move.
        </p>
      ) : (
        <p className="text-muted">No study with an open critical finding would have come to stand behind one without.</p>
      )}
      <p className="nums" data-testid="day-effect">
        {moved === 0 ? `Of the ${studies} studies of the last 24 hours none would have stood elsewhere, at any full hour or now.` : `${moved} of the ${studies} studies of the last 24 hours would have stood elsewhere, at a full hour or now.${most.length < moved ? ` The ${most.length} that would have moved furthest:` : ''}`}
      </p>
      {most.length > 0 && (
        <table className="nums w-full text-left">
          <caption className="sr-only">The studies that would have moved furthest</caption>
          <thead className="text-xs text-muted">
            <tr>
              <th scope="col" className="py-1 font-normal">Study</th>
              <th scope="col" className="w-14 py-1 font-normal">At</th>
              <th scope="col" className="w-28 py-1 font-normal">Place</th>
              <th scope="col" className="w-1/2 py-1 font-normal">Why</th>
            </tr>
          </thead>
          <tbody>
            {most.map((shift) => (
              <tr key={shift.studyUid} className="border-t border-line">
                <td className="py-1.5 pr-3">
                  {shift.modality} {shift.bodyPart} <span className="text-muted">{shift.description}</span>
                </td>
                <td className="py-1.5 text-muted">{clockText(shift.at)}</td>
                <td className="py-1.5 whitespace-nowrap">
                  {shift.from} <span aria-label="to">→</span> {shift.to}
                </td>
                <td className="py-1.5 text-muted">{shift.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
