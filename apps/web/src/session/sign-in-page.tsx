'use client';

import { useRef, useState, type FormEvent } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import type { Instance } from '../lib/contract.ts';
import { AuthProblem, loadInstance, signIn } from '../lib/auth.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Badge } from '../ui/marks/marks.tsx';
import { Skeleton } from '../ui/states/states.tsx';
import { FrontFrame } from './front-frame.tsx';
import { safeNextPath } from './next-path.ts';

function query(name: string): string | null {
  return typeof window === 'undefined' ? null : new URLSearchParams(window.location.search).get(name);
}

export function SignInPage() {
  const instance = useQuery({ queryKey: ['instance'], queryFn: ({ signal }) => loadInstance(signal) });
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const form = useSignIn(email, password);
  const submit = useRef<HTMLButtonElement>(null);
  const fill = (account: string, demoPassword: string | null) => {
    setEmail(account);
    setPassword(demoPassword ?? '');
    submit.current?.focus();
  };
  return (
    <FrontFrame title="Sign in" lead={query('ended') === null ? undefined : 'Your session ended. What was saved is kept; sign in to go on.'} foot={instance.data ? `Readroom ${instance.data.version}` : ' '}>
      <form onSubmit={form.onSubmit} className="flex flex-col gap-3" noValidate>
        <TextField label="E-mail" type="email" name="email" autoComplete="username" autoFocus required value={email} onChange={(event) => setEmail(event.target.value)} error={form.errors.email} />
        <TextField label="Password" type="password" name="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} error={form.errors.password} />
        <p role="alert" className="min-h-[36px] text-critical-text">
          {form.errors.form}
        </p>
        <Button ref={submit} type="submit" tone="primary" busy={form.busy} className="h-9">
          Sign in
        </Button>
      </form>
      <DemoBox instance={instance.data} pending={instance.isPending} failed={instance.isError} onPick={fill} />
    </FrontFrame>
  );
}

interface Errors {
  readonly email?: string;
  readonly password?: string;
  readonly form?: string;
}

function useSignIn(email: string, password: string) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const missing: Errors = { ...(email.trim() ? {} : { email: 'Type your e-mail address.' }), ...(password ? {} : { password: 'Type your password.' }) };
    setErrors(missing);
    if (missing.email !== undefined || missing.password !== undefined) return;
    setBusy(true);
    signIn(email.trim(), password)
      .then(() => {
        queryClient.clear();
        router.replace(safeNextPath(query('next')));
      })
      .catch((error: unknown) => {
        setErrors({ form: error instanceof AuthProblem ? error.message : 'Readroom could not sign you in. Try again.' });
        setBusy(false);
      });
  };
  return { busy, errors, onSubmit };
}

const ROLE_TEXT = {
  attending: 'Reads, acknowledges, signs',
  resident: 'Reads, acknowledges, drafts',
  admin: 'Members, audit',
  it: 'Nodes; no patient names',
  technologist: 'Repeats; no list',
} as const;

function DemoBox({ instance, pending, failed, onPick }: { instance: Instance | undefined; pending: boolean; failed: boolean; onPick(email: string, password: string | null): void }) {
  if (failed) return <p className="text-critical-text">Readroom can’t be reached. Check that it runs, then load this page again.</p>;
  if (pending) return <Skeleton className="h-48" />;
  if (instance?.needsSetup) return <p className="text-muted">Nobody has an account yet. Open the one-time link that Readroom printed when it started.</p>;
  if (!instance?.demo || instance.demoAccounts === null) return null;
  return (
    <section className="rounded-md border border-line bg-raised p-3" aria-labelledby="demo-title">
      <h2 id="demo-title" className="flex items-center gap-2 font-medium">
        Demo hospital <Badge tone="accent">Demo is on</Badge>
      </h2>
      <p className="mt-1 text-xs text-muted">
        Synthetic patients only. Choose an account to fill it in{instance.password === null ? '.' : <>; the password of each is <code className="font-mono text-text">{instance.password}</code>.</>}
      </p>
      <ul className="mt-2 flex flex-col gap-1">
        {instance.demoAccounts.map((account) => (
          <li key={account.email}>
            <button type="button" onClick={() => onPick(account.email, instance.password)} className="flex w-full items-baseline justify-between gap-3 rounded px-2 py-1.5 text-left hover:bg-raised-2">
              <span className="truncate">{account.email}</span>
              <span className="shrink-0 text-xs text-muted">{ROLE_TEXT[account.role]}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
