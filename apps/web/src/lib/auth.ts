import { instanceSchema, type Instance } from './contract.ts';
import { restProblem } from './rest.ts';

/** The gateway answered, and the answer was no. `text` is for the person in front of it. */
export class AuthProblem extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

const UNREACHABLE = 'Readroom can’t be reached. Check that it runs, then try again.';

async function post(path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal: AbortSignal.timeout(15_000) });
  } catch {
    throw new AuthProblem(0, UNREACHABLE);
  }
}

export async function loadInstance(signal?: AbortSignal): Promise<Instance> {
  const response = await fetch('/api/instance', { ...(signal ? { signal } : {}) });
  if (!response.ok) throw new AuthProblem(response.status, UNREACHABLE);
  return instanceSchema.parse(await response.json());
}

function signInText(status: number): string {
  if (status === 401 || status === 400 || status === 403) return 'E-mail and password do not go together. Check both and try again.';
  if (status === 429) return 'Too many attempts. Wait a minute, then try again.';
  return 'Readroom could not sign you in. Try again; if it stays, tell your administrator.';
}

export async function signIn(email: string, password: string): Promise<void> {
  const response = await post('/api/auth/sign-in/email', { email, password });
  if (!response.ok) throw new AuthProblem(response.status, signInText(response.status));
}

export async function signOut(): Promise<void> {
  await post('/api/auth/sign-out', {});
}

export interface SetupInput {
  readonly token: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  /** The hospital's name. */
  readonly organisation: string;
}

/** Makes the first administrator with the one-time token that `npm start -- --no-demo` printed. */
export async function setUp(input: SetupInput): Promise<void> {
  const response = await post('/api/setup', input);
  if (response.ok) return;
  const problem = restProblem(response.status, await response.text());
  throw new AuthProblem(response.status, problem.message || 'The account could not be made. Nothing was changed; try again.');
}
