import { ladderFields, SEVERITY_TITLE, valueText, type EscalationPolicy, type LadderField, type PolicyProblem } from '@readroom/shared/alert/escalation-policy';
import { severitySchema, type Severity } from '@readroom/shared/finding/finding';
import { cx } from '../../ui/cx.ts';
import { FIELD_TEXT, type PolicyDraft } from './policy-form.ts';

interface PolicyTableProps {
  readonly policy: EscalationPolicy;
  /** Null while it is only looked at. */
  readonly draft: PolicyDraft | null;
  readonly problems: readonly Pick<PolicyProblem, 'severity' | 'field'>[];
  onType(severity: Severity, field: LadderField, text: string): void;
}

/** One row a step of the ladder, one column a severity. */
export function PolicyTable({ policy, draft, problems, onType }: PolicyTableProps) {
  return (
    <table className="w-full table-fixed text-left">
      <caption className="sr-only">How alerts climb, by severity</caption>
      <thead className="text-xs text-muted">
        <tr>
          <th className="py-1 font-normal">
            <span className="sr-only">Step</span>
          </th>
          {severitySchema.options.map((severity) => (
            <th key={severity} scope="col" className="w-41 py-1 font-normal">
              {SEVERITY_TITLE[severity]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {ladderFields.map((field) => (
          <tr key={field} className={cx('h-11 border-t', field === 'acknowledgeWithinMs' ? 'border-line-strong' : 'border-line')}>
            <th scope="row" className="font-normal">
              {FIELD_TEXT[field].label}
            </th>
            {severitySchema.options.map((severity) => (
              <td key={severity} className="nums">
                {draft === null ? (
                  valueText(field, policy[severity][field])
                ) : (
                  <Cell severity={severity} field={field} text={draft[severity][field]} bad={problems.some((one) => one.severity === severity && one.field === field)} onType={onType} />
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ severity, field, text, bad, onType }: { severity: Severity; field: LadderField; text: string; bad: boolean; onType: PolicyTableProps['onType'] }) {
  const { label, unit } = FIELD_TEXT[field];
  return (
    <span className="flex items-center gap-2">
      <input
        aria-label={`${SEVERITY_TITLE[severity]}: ${label}`}
        aria-invalid={bad || undefined}
        inputMode="decimal"
        className={cx('nums h-8 w-16 rounded border bg-surface px-2 text-right focus:border-accent', bad ? 'border-critical' : 'border-line-strong')}
        value={text}
        onChange={(event) => onType(severity, field, event.target.value)}
      />
      <span className="text-xs text-muted">{field === 'communicateWithinMs' && severity !== 'critical' ? `${unit}, or empty` : unit}</span>
    </span>
  );
}
