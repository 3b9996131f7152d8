import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { AppError } from '@readroom/shared/error';
import type { Service } from '@readroom/shared/service';
import { consolePage } from './page.ts';
import { problemsOf } from './status.ts';
import type { ConsoleStatus } from './status.ts';

export interface ConsoleOptions {
  readonly port: number;
  readonly status: () => ConsoleStatus;
  readonly metrics: { text(): Promise<string>; readonly contentType: string };
}

export interface Console extends Service {
  port(): number;
}

/** Names a browser on this machine may call us by. Another one in Host is a page elsewhere whose name was pointed here (DNS rebinding). */
const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The page for hospital IT, on the loopback interface only (law ED6): reach it through SSH or at the appliance's own screen. */
export function createConsole(options: ConsoleOptions): Console {
  let server: FastifyInstance | null = null;
  return {
    name: 'console',
    port: () => {
      const address = server?.server.address();
      return address && typeof address === 'object' ? address.port : 0;
    },
    async start() {
      server = serve(options);
      try {
        await server.listen({ host: '127.0.0.1', port: options.port });
      } catch (cause) {
        throw new AppError('console-port', { class: 'permanent', message: `Console port ${options.port} cannot be opened. Stop the program that has it, or set READROOM_CONSOLE_PORT to a free port.`, cause });
      }
    },
    async stop() {
      await server?.close();
      server = null;
    },
  };
}

function serve({ status, metrics }: ConsoleOptions): FastifyInstance {
  const server = fastify({ forceCloseConnections: true });
  server.addHook('onRequest', async (request, reply) => {
    const host = request.headers.host?.replace(/:\d+$/, '') ?? '';
    if (!LOOPBACK_HOSTS.has(host)) return reply.code(403).send({ code: 'not-loopback', message: 'The console answers on this machine only.' });
    void reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
  });
  server.get('/', (_request, reply) => {
    const page = consolePage();
    return reply.type('text/html; charset=utf-8').header('content-security-policy', page.policy).send(page.html);
  });
  server.get('/api/status', () => {
    const current = status();
    return { ...current, problems: problemsOf(current) };
  });
  /** Alive means images can be taken; a link that is down is no reason to restart the node. */
  server.get('/healthz', (_request, reply) => {
    const { intake } = status();
    return reply.code(intake.halted === null ? 200 : 503).send({ status: intake.halted === null ? 'ok' : 'halted' });
  });
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  return server;
}
