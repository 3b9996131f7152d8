/**
 * A state machine as a total table: every state lists the events it answers and the state they lead to.
 * A state that is missing does not compile; an event a state does not list is refused as a value.
 */
export type MachineTable<S extends string, E extends string> = { readonly [K in S]: Partial<Record<E, S>> };

export interface Machine<S extends string, E extends string> {
  readonly table: MachineTable<S, E>;
  /** The next state, or `null` when `state` does not answer `event`. */
  next(state: S, event: E): S | null;
  /** The events `state` answers. */
  events(state: S): E[];
}

export function defineMachine<S extends string, E extends string>(table: MachineTable<S, E>): Machine<S, E> {
  return {
    table,
    next: (state, event) => table[state][event] ?? null,
    events: (state) => Object.keys(table[state]) as E[],
  };
}
