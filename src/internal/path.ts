import { quote } from "./quote.js";

/** One step of a path: into an object by its own key, into an array by index, or into each element of an array. */
export type PathStep =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "each" };

/** Where a condition looks: a root, and the steps from there. */
export interface Path {
  readonly root: PathRoot;
  readonly steps: readonly PathStep[];
}

export type PathRoot = "args" | "tool" | "grant" | "session" | "server" | "time" | "context";

export type ParsedPath = { readonly ok: true; readonly path: Path } | { readonly ok: false; readonly message: string };

/** The names under a root: any, none, or these. */
const ROOTS: ReadonlyMap<PathRoot, "any" | "none" | readonly string[]> = new Map<
  PathRoot,
  "any" | "none" | readonly string[]
>([
  ["args", "any"],
  ["tool", "none"],
  ["grant", ["id", "labels"]],
  ["session", ["id"]],
  ["server", "none"],
  ["time", ["hour", "minute", "weekday", "date"]],
  ["context", "any"],
]);

const MAX_STEPS = 64;
const NAME = /^\.([^.[\]"'\s\p{Cc}]+)/u;
const INDEX = /^\[(0|[1-9][0-9]{0,9})\]/;
const QUOTED = /^\[("(?:[^"\\\p{Cc}]|\\.)*")\]/u;
const EACH = "[*]";

/** Reads `args.a.b`, `args["a.b"]`, `args.items[0]`, `args.items[*].price`, `tool`, `grant.labels.team`, `time.hour`. */
export function parsePath(text: string): ParsedPath {
  const root = rootOf(text);
  if (root === undefined) return fail(startFault());
  const steps: PathStep[] = [];
  let rest = text.slice(root.length);
  while (rest !== "") {
    const step = readStep(rest);
    if (step === undefined) return fail(`path cannot be read from ${quote(rest)}`);
    if (steps.length === MAX_STEPS) return fail(`path has more than ${MAX_STEPS} steps`);
    steps.push(step.step);
    rest = rest.slice(step.length);
  }
  const fault = faultOf(root, steps);
  return fault === undefined ? { ok: true, path: { root, steps } } : fail(fault);
}

/** The path of a policy that was accepted. */
export function readPath(text: string): Path {
  const parsed = parsePath(text);
  if (!parsed.ok) throw new TypeError(`path of an accepted policy: ${parsed.message}`);
  return parsed.path;
}

export type ParsedKeys =
  | { readonly ok: true; readonly root: PathRoot; readonly keys: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** Reads a path that is given by its names alone, as many as there are; the first is the root. */
export function parseKeys([root = "", ...keys]: readonly string[]): ParsedKeys {
  if (!isRoot(root)) return { ok: false, message: startFault() };
  const message = faultOf(
    root,
    keys.map((key) => ({ kind: "key", key })),
  );
  return message === undefined ? { ok: true, root, keys } : { ok: false, message };
}

function isRoot(name: string): name is PathRoot {
  return (ROOTS as ReadonlyMap<string, unknown>).has(name);
}

function startFault(): string {
  return `path must start with ${[...ROOTS.keys()].map((name) => `\`${name}\``).join(", ")}`;
}

function rootOf(text: string): PathRoot | undefined {
  for (const root of ROOTS.keys()) {
    if (text.startsWith(root) && (text.length === root.length || ".[".includes(text.charAt(root.length)))) return root;
  }
  return undefined;
}

function faultOf(root: PathRoot, steps: readonly PathStep[]): string | undefined {
  const names = ROOTS.get(root);
  const [first] = steps;
  if (names === "none") return first === undefined ? undefined : `\`${root}\` is a value, with nothing under it`;
  if (first === undefined) return `path must go on after \`${root}\``;
  if (names === "any" || names === undefined) return undefined;
  if (first.kind === "key" && names.includes(first.key)) return undefined;
  return `\`${root}\` has only ${names.map((name) => `\`${name}\``).join(", ")}`;
}

function readStep(rest: string): { readonly step: PathStep; readonly length: number } | undefined {
  if (rest.startsWith(EACH)) return { step: { kind: "each" }, length: EACH.length };
  const name = NAME.exec(rest);
  if (name?.[1] !== undefined) return { step: { kind: "key", key: name[1] }, length: name[0].length };
  const index = INDEX.exec(rest);
  if (index !== null) return { step: { kind: "index", index: Number(index[1]) }, length: index[0].length };
  const quoted = QUOTED.exec(rest);
  const key = quoted?.[1] === undefined ? undefined : unquote(quoted[1]);
  return quoted === null || key === undefined ? undefined : { step: { kind: "key", key }, length: quoted[0].length };
}

function unquote(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

function fail(message: string): ParsedPath {
  return { ok: false, message };
}
