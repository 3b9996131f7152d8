import { readFileSync } from 'node:fs';
import { request } from 'node:https';

export interface HttpsAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** A browser as far as the hospital's own page needs one: it believes one CA, keeps the cookie and says where it is. */
export interface HttpsClient {
  get(path: string): Promise<HttpsAnswer>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<HttpsAnswer>;
}

export function httpsClient(port: number, caFile: string): HttpsClient {
  const ca = readFileSync(caFile);
  const origin = `https://127.0.0.1:${port}`;
  let cookie = '';
  function send(method: 'GET' | 'POST', path: string, body: string | null, more: Readonly<Record<string, string>>): Promise<HttpsAnswer> {
    return new Promise((resolve, reject) => {
      const headers = { ...(cookie === '' ? {} : { cookie }), ...(body === null ? {} : { origin, 'content-type': 'application/json' }), ...more };
      const asked = request(`${origin}${path}`, { method, ca, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          const [set] = response.headers['set-cookie'] ?? [];
          if (set !== undefined) cookie = set.split(';')[0] ?? '';
          const isJson = response.headers['content-type']?.includes('json') === true;
          resolve({ status: response.statusCode ?? 0, text, body: isJson ? JSON.parse(text) : null, headers: response.headers });
        });
      });
      asked.once('error', reject);
      asked.end(body ?? undefined);
    });
  }
  return {
    get: (path) => send('GET', path, null, {}),
    post: (path, body, headers = {}) => send('POST', path, JSON.stringify(body), headers),
  };
}
