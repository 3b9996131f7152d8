import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { AppError } from '@readroom/shared/error';

export interface ListenerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** The setting of the port, for the person who has to change it. */
  readonly setting: string;
}

/** One TCP port. */
export interface Listener {
  /** Null while it does not listen. */
  port(): number | null;
  /** @throws AppError `dicom-port` */
  start(): Promise<void>;
  /** No more connections. Resolves when those it brought are closed: close them meanwhile. */
  stop(): Promise<void>;
}

export function createListener({ host, port, setting }: ListenerOptions, onConnection: (socket: Socket) => void): Listener {
  let server: Server | null = null;
  return {
    port() {
      const address = server?.address();
      return address && typeof address === 'object' ? address.port : null;
    },
    start() {
      const starting = createServer({ noDelay: true }, onConnection);
      server = starting;
      return new Promise((resolve, reject) => {
        starting.once('error', (cause: NodeJS.ErrnoException) => {
          server = null;
          const message =
            cause.code === 'EADDRINUSE'
              ? `DICOM port ${port} is taken by another program. Stop it, or set ${setting} to a free port.`
              : `DICOM port ${port} on ${host} cannot be opened (${cause.code ?? 'unknown'}).`;
          reject(new AppError('dicom-port', { class: 'permanent', message, cause }));
        });
        starting.listen(port, host, () => resolve());
      });
    },
    stop() {
      const closing = server;
      server = null;
      return new Promise((resolve) => {
        if (closing) closing.close(() => resolve());
        else resolve();
      });
    },
  };
}
