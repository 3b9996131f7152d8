import { useId, type ComponentProps, type ReactNode } from 'react';
import { cx } from './cx.ts';

const CONTROL =
  'w-full rounded border border-line-strong bg-surface px-2.5 text-text placeholder:text-muted/70 focus:border-accent disabled:opacity-55';

interface Labelled {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
}

function Frame({ id, label, hint, error, children }: Labelled & { id: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-xs text-muted">
        {label}
      </label>
      {children}
      {error !== undefined && (
        <p id={`${id}-note`} className="text-xs text-critical-text">
          {error}
        </p>
      )}
      {error === undefined && hint !== undefined && (
        <p id={`${id}-note`} className="text-xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

export function TextField({ label, hint, error, className, id: givenId, ...rest }: ComponentProps<'input'> & Labelled) {
  const ownId = useId();
  const id = givenId ?? ownId;
  const noted = error !== undefined || hint !== undefined;
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input
        id={id}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={noted ? `${id}-note` : undefined}
        className={cx(CONTROL, 'h-9', error !== undefined && 'border-critical', className)}
        {...rest}
      />
    </Frame>
  );
}

export function TextArea({ label, hint, error, className, ...rest }: ComponentProps<'textarea'> & Labelled) {
  const id = useId();
  const noted = error !== undefined || hint !== undefined;
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <textarea id={id} aria-invalid={error !== undefined || undefined} aria-describedby={noted ? `${id}-note` : undefined} className={cx(CONTROL, 'resize-none py-1.5', className)} {...rest} />
    </Frame>
  );
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

/** One of many: the browser's own select, which the keyboard and every reader knows. */
export function SelectField<T extends string>({ label, value, options, onChange }: { label: string; value: T; options: readonly Choice<T>[]; onChange(value: T): void }) {
  const id = useId();
  const choose = (index: number) => {
    const chosen = options[index];
    if (chosen) onChange(chosen.value);
  };
  return (
    <Frame id={id} label={label}>
      <select id={id} className={cx(CONTROL, 'h-9 pr-1')} value={value} onChange={(event) => choose(event.target.selectedIndex)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

export interface ChoicesProps<T extends string> {
  label: string;
  /** An empty string where nothing is chosen yet. */
  value: T | '';
  choices: readonly Choice<T>[];
  error?: string | undefined;
  onChange(value: T): void;
}

/** One of a few, all in sight: a radio group drawn as buttons, moved through with the arrow keys. */
export function Choices<T extends string>({ label, value, choices, error, onChange }: ChoicesProps<T>) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-1" aria-describedby={error === undefined ? undefined : `${name}-note`}>
      <legend className="mb-1 text-xs text-muted">{label}</legend>
      <div className="flex flex-wrap gap-1.5">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className={cx(
              'flex h-8 cursor-pointer items-center rounded border px-2.5 has-focus-visible:outline-2 has-focus-visible:outline-accent',
              choice.value === value ? 'border-accent bg-accent-wash text-text' : 'border-line-strong bg-raised-2 text-muted hover:text-text',
            )}
          >
            <input type="radio" className="sr-only" name={name} value={choice.value} checked={choice.value === value} onChange={() => onChange(choice.value)} />
            {choice.label}
          </label>
        ))}
      </div>
      {error !== undefined && (
        <p id={`${name}-note`} className="text-xs text-critical-text">
          {error}
        </p>
      )}
    </fieldset>
  );
}
