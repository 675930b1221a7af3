import { type Call, type CounterStore, createGate, type Gate, type Policy, parsePolicy } from "callgate";

/** No campaign is near the end of one. */
const LONG = "8784h";

const PRICE = 7.000_001;

/** How many payments fit, and how many calls of `hold` may run at once. */
export const MOST_PAYMENTS = 20;
export const MOST_HELD = 3;

/** A tool that is paid for, by three counters that always agree, and one of which few run at once. */
export const PAYMENTS: Policy = parsePolicy({
  version: "1",
  default: "deny",
  tools: {
    pay: {
      limits: [
        { counter: "payments", window: LONG, max: MOST_PAYMENTS },
        { counter: "recent", window: LONG, algorithm: "sliding", max: MOST_PAYMENTS + 5 },
        { counter: "spent", window: LONG, increment_from: "args.amount", max: (MOST_PAYMENTS + 5) * PRICE },
      ],
    },
    hold: {
      limits: [
        { counter: "held", window: "in_flight", max: MOST_HELD },
        { counter: "holds", window: LONG },
      ],
    },
  },
});

export type Tool = "pay" | "hold";

export function callOf(name: Tool): Call {
  return { name, arguments: { amount: PRICE } };
}

/** How many payments each of the three counters is worth. */
export async function paymentsCounted(gate: Gate, grant: string): Promise<readonly number[]> {
  const [payments, recent, spent] = await gate.usage(grant, { call: callOf("pay") });
  const worth = (value = Number.NaN, each = 1) => Math.round((value / each) * 1_000) / 1_000;
  return [worth(payments?.value), worth(recent?.value), worth(spent?.value, PRICE)];
}

/** How many calls of `hold` were counted. */
export async function holdsCounted(gate: Gate, grant: string): Promise<number> {
  const [, holds] = await gate.usage(grant, { call: callOf("hold") });
  return holds?.value ?? Number.NaN;
}

export function paymentsGate(store: CounterStore, storeTimeoutMs: number): Gate {
  return createGate({ policy: PAYMENTS, store, timeouts: { store: storeTimeoutMs } });
}
