import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { RT_PATH } from '@readroom/shared/worklist/events';

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Several WebSocket servers on one port: each claims a path, everything else is refused. */
export interface Upgrades {
  /** `path` is `/edge` (that path alone) or `/collab/` (everything below). */
  claim(path: string, handler: UpgradeHandler): void;
  attach(server: Server): void;
}

export function createUpgrades(): Upgrades {
  const claimed = new Map<string, UpgradeHandler>();
  return {
    claim(path, handler) {
      claimed.set(path, handler);
    },
    attach(server) {
      server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        socket.on('error', () => socket.destroy());
        const path = new URL(request.url ?? '/', 'http://gateway').pathname;
        const handler = find(claimed, path);
        if (handler) handler(request, socket, head);
        // socket.io listens on the same server and takes its own path.
        else if (!path.startsWith(`${RT_PATH}/`)) refuse(socket);
      });
    },
  };
}

function find(claimed: ReadonlyMap<string, UpgradeHandler>, path: string): UpgradeHandler | undefined {
  for (const [prefix, handler] of claimed) {
    if (path === prefix || (prefix.endsWith('/') && path.startsWith(prefix))) return handler;
  }
  return undefined;
}

function refuse(socket: Duplex): void {
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}
