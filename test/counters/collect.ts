import { type CounterStoreClaims, type CounterStoreSubject, counterStoreContract } from "callgate/testing";

/** What came of one test of the contract. */
export interface Outcome {
  readonly promise: number;
  readonly name: string;
  readonly error: unknown;
}

interface Registered {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Registers the contract's tests without running them. */
export function register(setup: () => CounterStoreSubject, claims: CounterStoreClaims): readonly Registered[] {
  const registered: Registered[] = [];
  const test = (name: string, run: () => Promise<void>) => {
    registered.push({ name, run });
  };
  counterStoreContract({ test }, setup, claims);
  return registered;
}

/** Runs the contract one test after the other, and keeps what each came to. */
export async function collect(setup: () => CounterStoreSubject, claims: CounterStoreClaims): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, run } of register(setup, claims)) {
    const promise = Number(/^promise (\d+): /.exec(name)?.[1]);
    const error = await settled(run).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    outcomes.push({ promise, name, error });
  }
  return outcomes;
}

/** The stores here wait for nothing but each other: what does not end when the event loop is idle never ends. */
function settled(run: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    run().then(resolve, reject);
    setImmediate(() => reject(new Error("never settles")));
  });
}
