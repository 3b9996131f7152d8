import { z } from 'zod';

const bodySchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** The gateway answered a REST request with an error. The message is written for people when there is a code. */
export class RestProblem extends Error {
  readonly status: number;
  readonly code: string | null;
  constructor(status: number, code: string | null, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Reads an error body, whoever fetched it: `{ error: { code, message } }`, or nothing that can be read. */
export function restProblem(status: number, body: string): RestProblem {
  try {
    const parsed: unknown = JSON.parse(body);
    const { error } = bodySchema.parse(parsed);
    return new RestProblem(status, error.code, error.message);
  } catch {
    return new RestProblem(status, null, '');
  }
}

export async function getJson(path: string, signal?: AbortSignal, accept = 'application/json'): Promise<unknown> {
  const response = await fetch(path, { headers: { accept }, ...(signal ? { signal } : {}) });
  if (!response.ok) throw restProblem(response.status, await response.text());
  const body: unknown = await response.json();
  return body;
}
