import { createServer } from 'node:net';
import { StartFailure, hasCode } from '../failure.ts';

/** Throws a StartFailure that names the port, the variable that moves it, and what it is for, when `port` is taken. */
export function claimable(port: number, host: string, variable: string, purpose: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      const reason = hasCode(error, 'EACCES') ? 'may not be opened by this user' : 'is in use by another program';
      reject(new StartFailure(`Port ${String(port)} (${purpose}) ${reason}. Stop that program, or set ${variable} to another port.`));
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve()));
  });
}
