import type { LinearRegex } from "../../internal/linear-regex.js";
import { type Check, isRecord, type Site, type Subschema } from "../keyword.js";
import type { Run } from "../run.js";

export function required({ value: wanted }: Site): Check {
  const names = [...new Set(wanted as readonly string[])];
  return (value, run) => !isRecord(value) || hasAll(value, names, "required", run);
}

export function minProperties({ value: limit }: Site): Check {
  const least = limit as number;
  return (value, run) => !isRecord(value) || keysOf(value, run).length >= least || run.fails("minProperties");
}

export function maxProperties({ value: limit }: Site): Check {
  const most = limit as number;
  return (value, run) => !isRecord(value) || keysOf(value, run).length <= most || run.fails("maxProperties");
}

export function propertyNames({ child }: Site): Check {
  const one = child();
  return (value, run) =>
    !isRecord(value) ||
    every(keysOf(value, run), run, (key) => run.triesInside(key, one.judge, key) || run.failsAt(key, "propertyNames"));
}

export function properties({ value: wanted, child }: Site): Check {
  const named = Object.keys(wanted as object).map((name) => [name, child(name)] as const);
  return (value, run, seen) => {
    if (!isRecord(value)) return true;
    run.work.spend(named.length);
    return every(named, run, ([name, one]) => {
      if (!Object.hasOwn(value, name)) return true;
      seen?.name(name);
      return run.inside(name, one.judge, value[name]);
    });
  };
}

export function patternProperties({ value: wanted, child, regex }: Site): Check {
  const matching: (readonly [LinearRegex, Subschema])[] = [];
  for (const pattern of Object.keys(wanted as object)) {
    const compiled = regex(pattern, pattern);
    if (compiled !== undefined) matching.push([compiled, child(pattern)]);
  }
  return (value, run, seen) =>
    !isRecord(value) ||
    every(keysOf(value, run), run, (key) =>
      every(matching, run, ([pattern, one]) => {
        if (!run.work.matches(pattern, key)) return true;
        seen?.name(key);
        return run.inside(key, one.judge, value[key]);
      }),
    );
}

export function additionalProperties({ child, beside, compiled }: Site): Check {
  const one = child();
  const named = new Set(Object.keys(beside("properties") ?? {}));
  const patterns = Object.keys(beside("patternProperties") ?? {}).flatMap((pattern) => compiled(pattern) ?? []);
  return (value, run, seen) =>
    !isRecord(value) ||
    every(keysOf(value, run), run, (key) => {
      if (named.has(key) || patterns.some((pattern) => run.work.matches(pattern, key))) return true;
      seen?.name(key);
      return run.inside(key, one.judge, value[key]);
    });
}

export function unevaluatedProperties({ child }: Site): Check {
  const one = child();
  return (value, run, seen) =>
    !isRecord(value) ||
    every(keysOf(value, run), run, (key) => {
      if (seen?.hasName(key)) return true;
      seen?.name(key);
      return run.inside(key, one.judge, value[key]);
    });
}

export function dependentRequired({ keyword, value: wanted }: Site): Check {
  const named = Object.entries(wanted as Readonly<Record<string, readonly string[]>>);
  return (value, run) => {
    if (!isRecord(value)) return true;
    run.work.spend(named.length);
    return every(named, run, ([name, names]) => !Object.hasOwn(value, name) || hasAll(value, names, keyword, run));
  };
}

export function dependentSchemas({ value: wanted, child }: Site): Check {
  const named = Object.keys(wanted as object).map((name) => [name, child(name)] as const);
  return (value, run, seen) => {
    if (!isRecord(value)) return true;
    run.work.spend(named.length);
    return every(named, run, ([name, one]) => !Object.hasOwn(value, name) || one.judge(value, run, seen));
  };
}

/** Of draft-07: either of the two before, for each name. */
export function dependencies(site: Site): Check {
  const parts = Object.entries(site.value as object);
  const ofType = (isList: boolean): object =>
    Object.fromEntries(parts.filter(([, part]) => Array.isArray(part) === isList));
  const names = dependentRequired({ ...site, value: ofType(true) });
  const schemas = dependentSchemas({ ...site, value: ofType(false) });
  return (value, run, seen) => every([names, schemas], run, (check) => check(value, run, seen));
}

function hasAll(value: object, names: readonly string[], keyword: string, run: Run): boolean {
  run.work.spend(names.length);
  return every(names, run, (name) => Object.hasOwn(value, name) || run.failsAt(name, keyword));
}

function keysOf(value: object, run: Run): readonly string[] {
  const keys = Object.keys(value);
  run.work.spend(keys.length);
  return keys;
}

/** Whether all hold; each is looked at, unless nothing is reported and the first failure is enough. */
function every<T>(parts: readonly T[], run: Run, holds: (part: T) => boolean): boolean {
  if (run.quiet) return parts.every(holds);
  let all = true;
  for (const part of parts) if (!holds(part)) all = false;
  return all;
}
