import { createClient } from 'redis';
import { expect, test } from 'vitest';
import { startRedis } from './redis.ts';

test('a Redis of its own answers, and is gone after stop; a taken port is said', async () => {
  const server = await startRedis();
  const client = createClient({ url: server.url });
  await client.connect();
  expect(await client.ping()).toBe('PONG');
  await expect(startRedis(server.port)).rejects.toMatchObject({ code: 'redis-failed' });
  client.destroy();
  await server.stop();
  const late = createClient({ url: server.url, socket: { reconnectStrategy: false } });
  late.on('error', () => undefined);
  await expect(late.connect()).rejects.toThrow();
});
