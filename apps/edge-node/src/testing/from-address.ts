import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A port on 127.0.0.1 whose connections go on to `port` of this machine from another of its addresses: DCMTK binds none, and speaks no IPv6. */
export async function fromAddress(localAddress: string, port: number): Promise<{ readonly port: number; close(): void }> {
  const server = createServer((near) => {
    const far = connect({ host: localAddress.includes(':') ? '::1' : '127.0.0.1', port, localAddress });
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}
