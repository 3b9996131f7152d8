import { lengthText } from '@readroom/shared/length-text';
import { POLICY_FIELD, valuesOf, type PolicyField, type PolicyTerms, type RankPolicyProblem } from '@readroom/shared/priority/policy-change';
import { cx } from '../../ui/cx.ts';
import { GROUPS, unitOf, type Group, type TermsDraft } from './terms-form.ts';

interface TermsTableProps {
  readonly terms: PolicyTerms;
  /** Null while it is only looked at. */
  readonly draft: TermsDraft | null;
  readonly problems: readonly RankPolicyProblem[];
  onType(field: PolicyField, text: string): void;
}

/** The three things an order is made of, beside each other. */
export function TermsTable(props: TermsTableProps) {
  return (
    <div className="grid grid-cols-3 gap-6">
      {GROUPS.map((group) => (
        <TermsGroup key={group.title} group={group} {...props} />
      ))}
    </div>
  );
}

function TermsGroup({ group, terms, draft, problems, onType }: TermsTableProps & { group: Group }) {
  return (
    <section aria-label={group.title} className="flex flex-col">
      <h2 className="font-medium">{group.title}</h2>
      <p className="mb-2 min-h-8 text-xs text-muted">{group.note}</p>
      <dl>
        {group.fields.map((field) => (
          <div key={field} className="flex h-11 items-center justify-between gap-3 border-t border-line">
            <dt id={`term-${field}`}>{POLICY_FIELD[field].title}</dt>
            <dd className="nums shrink-0">{draft === null ? lengthText(valuesOf(terms)[field]) : <TermField field={field} text={draft[field]} bad={problems.some((one) => one.field === field)} onType={onType} />}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function TermField({ field, text, bad, onType }: { field: PolicyField; text: string; bad: boolean; onType: TermsTableProps['onType'] }) {
  return (
    <span className="flex items-center gap-2">
      <input
        aria-labelledby={`term-${field}`}
        aria-invalid={bad || undefined}
        inputMode="decimal"
        className={cx('nums h-8 w-16 rounded border bg-surface px-2 text-right focus:border-accent', bad ? 'border-critical' : 'border-line-strong')}
        value={text}
        onChange={(event) => onType(field, event.target.value)}
      />
      <span className="w-6 text-xs text-muted">{unitOf(field)}</span>
    </span>
  );
}
