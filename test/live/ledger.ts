import { appendFileSync, existsSync, readFileSync, watch } from "node:fs";
import { dirname } from "node:path";

/**
 * What the tool handlers of a fixture server really executed. It is written by the handlers themselves, in whatever
 * process they run, and never by a guard: the judge of "nothing ran".
 */
export interface Ledger {
  record(effect: string): void;
  /** Every effect in the order in which it happened. */
  effects(): readonly string[];
  /** Resolves as soon as `effect` has been recorded, at once when it already was. */
  until(effect: string): Promise<void>;
}

export function createMemoryLedger(): Ledger {
  const effects: string[] = [];
  const waiting = new Map<string, (() => void)[]>();
  return {
    record(effect) {
      effects.push(effect);
      for (const resolve of waiting.get(effect) ?? []) resolve();
      waiting.delete(effect);
    },
    effects: () => [...effects],
    until(effect) {
      if (effects.includes(effect)) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.set(effect, [...(waiting.get(effect) ?? []), resolve]);
      });
    },
  };
}

/** A ledger in a file: a server in a child process appends to it before it answers, the test reads it. */
export function createFileLedger(path: string): Ledger {
  const effects = (): string[] => (existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : []);
  return {
    record: (effect) => appendFileSync(path, `${effect}\n`),
    effects,
    until: (effect) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!effects().includes(effect)) return;
          watcher.close();
          resolve();
        };
        const watcher = watch(dirname(path), look);
        look();
      }),
  };
}
