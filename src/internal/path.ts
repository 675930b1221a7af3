import { quote } from "./quote.js";

/** One step of a path: into an object by its own key, into an array by index, or into each element of an array. */
export type PathStep =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "each" };

/** Where a condition looks: a root and at least one step. */
export interface Path {
  readonly root: PathRoot;
  readonly steps: readonly PathStep[];
}

/** `args` is the call's arguments, `context` the facts the host gives with a call. */
export const PATH_ROOTS = ["args", "context"] as const;
export type PathRoot = (typeof PATH_ROOTS)[number];

export type ParsedPath = { readonly ok: true; readonly path: Path } | { readonly ok: false; readonly message: string };

const MAX_STEPS = 64;
const NAME = /^\.([^.[\]"'\s\p{Cc}]+)/u;
const INDEX = /^\[(0|[1-9][0-9]{0,9})\]/;
const QUOTED = /^\[("(?:[^"\\\p{Cc}]|\\.)*")\]/u;
const EACH = "[*]";

/** Reads `args.a.b`, `args["a.b"]`, `args.items[0]` and `args.items[*].price`. */
export function parsePath(text: string): ParsedPath {
  const root = PATH_ROOTS.find((name) => text === name || text.startsWith(`${name}.`) || text.startsWith(`${name}[`));
  if (root === undefined) return fail(`path must start with ${PATH_ROOTS.map((name) => `\`${name}.\``).join(" or ")}`);
  const steps: PathStep[] = [];
  let rest = text.slice(root.length);
  while (rest !== "") {
    const step = readStep(rest);
    if (step === undefined) return fail(`path cannot be read from ${quote(rest)}`);
    if (steps.length === MAX_STEPS) return fail(`path has more than ${MAX_STEPS} steps`);
    steps.push(step.step);
    rest = rest.slice(step.length);
  }
  if (steps.length === 0) return fail(`path must go on after \`${root}\``);
  return { ok: true, path: { root, steps } };
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
