import type { PathStep } from "../internal/path.js";

/** The path leads nowhere: an own key is absent, or an index is past the end. */
export const MISSING: unique symbol = Symbol("missing");

/** The path goes on where there is nothing to walk into: null, a scalar, or the wrong kind of container. */
export const FAULT: unique symbol = Symbol("fault");

/** One step from `value`, by own properties only. */
export function take(value: unknown, step: PathStep): unknown {
  if (value === null || typeof value !== "object") return FAULT;
  switch (step.kind) {
    case "key":
      if (Array.isArray(value)) return FAULT;
      return Object.hasOwn(value, step.key) ? Reflect.get(value, step.key) : MISSING;
    case "index":
      if (!Array.isArray(value)) return FAULT;
      return step.index < value.length ? value[step.index] : MISSING;
    case "each":
      return Array.isArray(value) ? value : FAULT;
    default:
      return step satisfies never;
  }
}
