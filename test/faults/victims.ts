import { type Call, type CounterStore, createGate, type Gate, parsePolicy } from "callgate";

/** How many calls of a grant fit: of a handful of processes, each killed soon, only the last ones meet it. */
export const MOST_CALLS = 400;

const LONG = "8784h";

const policy = parsePolicy({
  version: "1",
  default: "deny",
  tools: {
    work: {
      limits: [
        { counter: "calls", window: LONG, max: MOST_CALLS },
        { counter: "recent", window: LONG, algorithm: "sliding", max: MOST_CALLS },
      ],
    },
  },
});

export const victimCall: Call = { name: "work" };

/** The gate of processes that are killed, and of who reads what is left. */
export function victimsGate(store: CounterStore): Gate {
  return createGate({ policy, store, timeouts: { store: 10_000 } });
}
