import type { Service } from '@readroom/shared/service';

/** Starts services in order. When one fails, those before it are stopped again and its error is thrown. */
export async function startAll(services: readonly Service[]): Promise<void> {
  const started: Service[] = [];
  try {
    for (const service of services) {
      await service.start();
      started.push(service);
    }
  } catch (error) {
    await stopAll(started, () => undefined);
    throw error;
  }
}

/** Stops services in reverse order. One that fails is reported and keeps none of the others running. */
export async function stopAll(services: readonly Service[], onError: (name: string, error: unknown) => void): Promise<void> {
  for (const service of [...services].reverse()) {
    try {
      await service.stop();
    } catch (error) {
      onError(service.name, error);
    }
  }
}
