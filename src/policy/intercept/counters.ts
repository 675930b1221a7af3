import { jsonPointer } from "../../internal/pointer.js";
import { quote } from "../../internal/quote.js";
import type { Finding } from "../issue.js";
import type { InterceptState } from "./document.js";
import type { PathSegments, PlacedRule } from "./rules.js";

/** What counts, by the name of the counter: `<tool>.<counter>`, as conditions write it after `state.`. */
export type InterceptCounters = ReadonlyMap<string, InterceptState>;

interface Block {
  readonly name: string;
  readonly state: InterceptState;
  readonly path: PathSegments;
}

export function counterName(scope: string, { counter }: InterceptState): string {
  return `${scope}.${counter}`;
}

export function countersOf(rules: readonly PlacedRule[]): InterceptCounters {
  return new Map(blocksOf(rules).map(({ name, state }) => [name, state]));
}

/** A call is charged once a counter, so two blocks for one would count less here than there. */
export function checkCounters(rules: readonly PlacedRule[]): Finding[] {
  const first = new Map<string, Block>();
  return blocksOf(rules).flatMap((block): Finding[] => {
    const { name, path } = block;
    const known = first.get(name);
    if (known === undefined) {
      first.set(name, block);
      return [];
    }
    const message = `counter ${quote(name)} is counted at ${jsonPointer(known.path)} already`;
    return [{ code: "contradictory_counter", path, message, help: "give the counters different names" }];
  });
}

function blocksOf(rules: readonly PlacedRule[]): Block[] {
  return rules.flatMap(({ scope, full: { state }, path, rule }) => {
    if (state === undefined || state === null) return [];
    return [{ name: counterName(scope, state), state, path: [...path, rule.state ? "state" : "rate_limit"] }];
  });
}
