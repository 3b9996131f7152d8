/** One long-lived part of a process. `main.ts` starts services in order and stops them in reverse. */
export interface Service {
  readonly name: string;
  /** Resolves once the service can do its work. Throws an AppError that says what to do. */
  start(): Promise<void>;
  /** Resolves once nothing of it is left: no timer, socket or child. Safe to call twice. */
  stop(): Promise<void>;
}
