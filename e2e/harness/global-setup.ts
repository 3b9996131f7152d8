import { bootReadroom, handIn } from './instance.ts';

/** One Readroom with the demo hospital for all journeys; answers its end. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const { url, home, dicomPort, consolePort, dispose } = await bootReadroom({ demo: true, fill: true });
  handIn({ url, home, dicomPort, consolePort });
  return dispose;
}
