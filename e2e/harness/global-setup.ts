import { bootReadroom, handIn, isHandedIn } from './instance.ts';

/** One Readroom with the demo hospital for all journeys; answers its end. */
export default async function globalSetup(): Promise<(() => Promise<void>) | undefined> {
  if (isHandedIn()) return undefined;
  const { url, home, dicomPort, consolePort, dispose } = await bootReadroom({ demo: true, fill: true });
  handIn({ url, home, dicomPort, consolePort });
  return dispose;
}
