'use client';

import { useEffect, useState, type FormEvent } from 'react';
import { useRouter } from 'next/navigation';
import { AuthProblem, setUp, signIn, type SetupInput } from '../lib/auth.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Skeleton } from '../ui/states/states.tsx';
import { FrontFrame } from './front-frame.tsx';

const MIN_PASSWORD = 12;

/** Makes the first administrator. The token stands after `#`, so no server log has ever seen it. */
export function SetupPage() {
  const [token, setToken] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    setToken(window.location.hash.slice(1) || null);
  }, []);
  if (token === undefined) return <FrontFrame title="Set up Readroom"><Skeleton className="h-72" /></FrontFrame>;
  if (token === null) {
    return (
      <FrontFrame title="This link is not complete">
        <p className="text-muted">Copy the whole link that Readroom printed when it started, the part after # too. Starting Readroom again prints a new one.</p>
      </FrontFrame>
    );
  }
  return <SetupForm token={token} />;
}

type Fields = Omit<SetupInput, 'token'>;
type FieldErrors = Partial<Record<keyof Fields | 'form', string>>;

/** What is missing or too short, said beside the field. */
export function checkSetup(fields: Fields): FieldErrors {
  return {
    ...(fields.organisation.trim().length > 1 ? {} : { organisation: 'Type the hospital’s name.' }),
    ...(fields.name.trim().length > 1 ? {} : { name: 'Type your name as your colleagues know it.' }),
    ...(/^\S+@\S+$/.test(fields.email.trim()) ? {} : { email: 'Type a whole e-mail address.' }),
    ...(fields.password.length >= MIN_PASSWORD ? {} : { password: `Use at least ${MIN_PASSWORD} characters.` }),
  };
}

function SetupForm({ token }: { token: string }) {
  const router = useRouter();
  const [fields, setFields] = useState<Fields>({ organisation: '', name: '', email: '', password: '' });
  const [errors, setErrors] = useState<FieldErrors>({});
  const [busy, setBusy] = useState(false);
  const bind = (key: keyof Fields) => ({
    value: fields[key],
    error: errors[key],
    onChange: (event: { target: { value: string } }) => setFields({ ...fields, [key]: event.target.value }),
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const found = checkSetup(fields);
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    setUp({ token, ...fields, email: fields.email.trim() })
      .then(() => signIn(fields.email.trim(), fields.password))
      .then(() => router.replace('/'))
      .catch((error: unknown) => {
        setErrors({ form: error instanceof AuthProblem ? error.message : 'The account could not be made. Nothing was changed; try again.' });
        setBusy(false);
      });
  };
  return (
    <FrontFrame title="Set up Readroom" lead="You become the first administrator. The link works once.">
      <form onSubmit={onSubmit} className="flex flex-col gap-3" noValidate>
        <TextField label="Hospital" autoFocus autoComplete="organization" {...bind('organisation')} />
        <TextField label="Your name" autoComplete="name" {...bind('name')} />
        <TextField label="E-mail" type="email" autoComplete="username" {...bind('email')} />
        <TextField label="Password" type="password" autoComplete="new-password" hint={`At least ${MIN_PASSWORD} characters.`} {...bind('password')} />
        <p role="alert" className="min-h-[18px] text-critical-text">
          {errors.form}
        </p>
        <Button type="submit" tone="primary" busy={busy} className="h-9">
          Make the account
        </Button>
      </form>
    </FrontFrame>
  );
}
