import { type PathRoot, parseKeys } from "./path.js";

/** What `var` reads from: the call; inside `map` and the like one element; inside `reduce` two named values. */
export type LogicScope = "call" | "element" | "fold";

/** Where `var` looks: from a root of the call, or from the value at hand, by the names and indexes of `keys`. */
export interface LogicPath {
  readonly root: PathRoot | undefined;
  readonly keys: readonly string[];
}

export type ParsedLogicPath =
  | { readonly ok: true; readonly path: LogicPath }
  | { readonly ok: false; readonly message: string };

const MAX_KEYS = 64;
const MAX_TEXT = 4_096;
const FOLDED: ReadonlySet<string> = new Set(["current", "accumulator"]);

/** Reads a path of JSON Logic: `args.items.0.price`; of an element also its index as a number, or `""` and null for all of it. */
export function parseLogicPath(source: unknown, scope: LogicScope): ParsedLogicPath {
  const text = textOf(source);
  if (text === undefined) return fail("path must be text, or the index of an element");
  if (text === "" && scope === "element") return { ok: true, path: { root: undefined, keys: [] } };
  if (text.length > MAX_TEXT) return fail(`path is longer than ${MAX_TEXT} characters`);
  const keys = text.split(".");
  if (keys.length > MAX_KEYS) return fail(`path has more than ${MAX_KEYS} names`);
  switch (scope) {
    case "call":
      return fromCall(keys);
    case "fold":
      if (!FOLDED.has(keys[0] ?? "")) return fail("path in `reduce` must start with `current` or `accumulator`");
      return fromValue(keys);
    case "element":
      return fromValue(keys);
    default:
      return scope satisfies never;
  }
}

function textOf(source: unknown): string | undefined {
  if (source === null) return "";
  if (typeof source === "number") return Number.isSafeInteger(source) && source >= 0 ? String(source) : undefined;
  return typeof source === "string" ? source : undefined;
}

function fromCall(names: readonly string[]): ParsedLogicPath {
  const parsed = parseKeys(names);
  if (!parsed.ok) return fail(parsed.message);
  const fault = faultOf(parsed.keys);
  return fault === undefined ? { ok: true, path: { root: parsed.root, keys: parsed.keys } } : fail(fault);
}

function fromValue(keys: readonly string[]): ParsedLogicPath {
  const fault = faultOf(keys);
  return fault === undefined ? { ok: true, path: { root: undefined, keys } } : fail(fault);
}

/** Brackets are how conditions write an index; here they would silently be part of a name. */
function faultOf(keys: readonly string[]): string | undefined {
  if (keys.includes("")) return "path has an empty name";
  return keys.some((key) => /[[\]]/.test(key)) ? "path has brackets: an index is written `items.0`" : undefined;
}

function fail(message: string): ParsedLogicPath {
  return { ok: false, message };
}
