import type { Resource, SchemaNode } from "./document.js";
import type { Check, ReferenceTarget, Subschema } from "./keyword.js";
import type { Run } from "./run.js";
import { Seen } from "./seen.js";
import { NOT_JSON } from "./validator.js";

/** What judges by the schema that a reference leads to. */
export function targetOf(node: SchemaNode, reference: string): ReferenceTarget {
  const { resource } = node;
  const name = reference.slice(reference.indexOf("#") + 1);
  const check: Check = (value, run, seen) => within(resource, node, value, run, seen);
  if (resource.dynamic.get(name) !== node) return { check, dynamic: check };
  const dynamic: Check = (value, run, seen) => {
    run.work.spend(run.scope.length);
    const outermost = run.scope.find((scope) => scope.dynamic.has(name));
    const chosen = outermost?.dynamic.get(name) ?? node;
    return within(chosen.resource, chosen, value, run, seen);
  };
  return { check, dynamic };
}

function within(resource: Resource, node: Subschema, value: unknown, run: Run, seen: Seen | undefined): boolean {
  run.scope.push(resource);
  const fits = node.judge(value, run, seen);
  run.scope.pop();
  return fits;
}

/** The schema `false`, which is reported as the keyword that it stands under. */
export function forbidden(path: SchemaNode["path"]): Check {
  const last = String(path.at(-1));
  const keyword = FORBIDDING.has(last) ? last : "false";
  return (_value, run) => run.fails(keyword);
}

const FORBIDDING = new Set([
  "additionalProperties",
  "unevaluatedProperties",
  "additionalItems",
  "items",
  "unevaluatedItems",
]);

/** All checks of one schema. Those that judge what no other evaluated keep notes of their own, which nobody else adds to. */
export function together(checks: readonly Check[], opens: Resource | undefined, notes: boolean): Check {
  return (value, run, seen) => {
    if (!isJson(value)) return run.doubts(NOT_JSON);
    run.enter();
    if (opens !== undefined) run.scope.push(opens);
    const own = notes ? new Seen() : seen;
    let fits = true;
    for (const check of checks) {
      if (check(value, run, own)) continue;
      fits = false;
      if (run.quiet) break;
    }
    if (notes && seen !== undefined && own !== undefined) run.work.spend(seen.merge(own));
    if (opens !== undefined) run.scope.pop();
    run.leave();
    return fits;
  };
}

function isJson(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "object":
      return true;
    case "number":
      return Number.isFinite(value);
    default:
      return false;
  }
}
