import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What answers a webhook: with this status, or never. */
export type Answer = number | 'hold';

/** A real HTTP server that remembers what it was sent. */
export async function startReceiver() {
  const received: Received[] = [];
  const held: ServerResponse[] = [];
  let answer: Answer = 200;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      if (answer === 'hold') held.push(response);
      else response.writeHead(answer, { location: 'http://127.0.0.1:1/' }).end('what the other side says');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/secret-token`,
    received,
    answer: (next: Answer) => void (answer = next),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface ReceivedMail {
  readonly to: readonly string[];
  readonly text: string;
}

/** A real SMTP server that asks for a password and remembers what it was handed; `busy@` is put off, `gone@` refused. */
export async function startMailServer(password: string) {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, done) => (auth.password === password ? done(null, { user: auth.username }) : done(new Error('no'))),
    onRcptTo: ({ address }, _session, done) => {
      const code = address.startsWith('busy@') ? 450 : address.startsWith('gone@') ? 550 : null;
      done(code === null ? null : Object.assign(new Error('refused'), { responseCode: code }));
    },
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text: Buffer.concat(parts).toString() });
        done();
      });
    },
  });
  const listening = server.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  const { port } = listening.address() as AddressInfo;
  return { port, url: `smtp://readroom:${password}@127.0.0.1:${port}`, mails, stop: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}
