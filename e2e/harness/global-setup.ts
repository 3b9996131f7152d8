import type { FullConfig } from '@playwright/test';
import { bootReadroom, handIn, isHandedIn } from './instance.ts';

/** A Readroom with the demo hospital for each worker; answers their end. */
export default async function globalSetup({ workers }: FullConfig): Promise<(() => Promise<void>) | undefined> {
  if (isHandedIn()) return undefined;
  const booted = await Promise.allSettled(Array.from({ length: workers }, () => bootReadroom({ demo: true, fill: true })));
  const running = booted.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const dispose = async (): Promise<void> => void (await Promise.all(running.map((instance) => instance.dispose())));
  const failed = booted.find((result) => result.status === 'rejected');
  if (failed) {
    await dispose();
    throw failed.reason;
  }
  handIn(running.map(({ url, home, dicomPort, consolePort }) => ({ url, home, dicomPort, consolePort })));
  return dispose;
}
