import { MAX_REASON, MAX_TOLD_NAME, MAX_WORDS, MEANS_TEXT, meansSchema, TOLD_ROLE_TEXT, toldRoleSchema } from '@readroom/shared/alert/communication';
import { Choices, TextArea, TextField } from '../../ui/field.tsx';
import { gatewayNow } from '../../lib/ticker.ts';
import { inputMoment } from '../../lib/time.ts';
import type { CommunicationForm, FormProblem } from './communication-form.ts';

interface FieldsProps {
  form: CommunicationForm;
  problem: FormProblem | null;
  onChange(part: Partial<CommunicationForm>): void;
}

const ROLES = toldRoleSchema.options.map((value) => ({ value, label: TOLD_ROLE_TEXT[value] }));
const MEANS = meansSchema.options.map((value) => ({ value, label: MEANS_TEXT[value] }));
const READ_BACK = [
  { value: 'yes', label: 'Yes' },
  { value: 'no', label: 'No' },
] as const;

function errorOf(problem: FormProblem | null, field: FormProblem['field']): string | undefined {
  return problem?.field === field ? problem.text : undefined;
}

/** The reason of a "no" keeps its place, so that nothing jumps when it is asked for. */
export function ToldFields({ form, raisedAt, problem, onChange }: FieldsProps & { raisedAt: number }) {
  return (
    <div className="flex flex-col gap-3">
      <div className="grid grid-cols-[1fr_13rem] gap-3">
        <TextField label="Told to (name)" autoFocus autoComplete="off" maxLength={MAX_TOLD_NAME} value={form.name} error={errorOf(problem, 'name')} onChange={(event) => onChange({ name: event.target.value })} />
        <TextField label="When" type="datetime-local" className="nums" min={inputMoment(raisedAt)} max={inputMoment(gatewayNow())} value={form.at} error={errorOf(problem, 'at')} onChange={(event) => onChange({ at: event.target.value })} />
      </div>
      <Choices label="Who is that?" value={form.role} error={errorOf(problem, 'role')} onChange={(role) => onChange({ role })} choices={ROLES} />
      <Choices label="By what means?" value={form.means} error={errorOf(problem, 'means')} onChange={(means) => onChange({ means })} choices={MEANS} />
      <TextArea label="What was communicated" rows={2} maxLength={MAX_WORDS} value={form.words} error={errorOf(problem, 'words')} onChange={(event) => onChange({ words: event.target.value })} />
      <div className="grid grid-cols-[9rem_1fr] items-start gap-3">
        <Choices label="Did they read it back?" value={form.readBack} error={errorOf(problem, 'readBack')} onChange={(readBack) => onChange({ readBack })} choices={READ_BACK} />
        <TextField label="If not, why?" disabled={form.readBack !== 'no'} maxLength={MAX_REASON} value={form.readBack === 'no' ? form.reason : ''} error={errorOf(problem, 'reason')} onChange={(event) => onChange({ reason: event.target.value })} />
      </div>
    </div>
  );
}

export function NotNeededFields({ form, problem, onChange }: FieldsProps) {
  return <TextArea label="Why does nobody have to be told?" autoFocus rows={3} maxLength={MAX_REASON} value={form.reason} error={errorOf(problem, 'reason')} onChange={(event) => onChange({ reason: event.target.value })} />;
}
