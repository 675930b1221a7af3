import type { Check, Site, Subschema } from "../keyword.js";
import type { Run } from "../run.js";
import { Seen } from "../seen.js";

export function allOf(site: Site): Check {
  const all = subschemas(site);
  return (value, run, seen) => {
    let fits = true;
    for (const one of all) {
      if (one.judge(value, run, seen)) continue;
      fits = false;
      if (run.quiet) break;
    }
    return fits;
  };
}

export function anyOf(site: Site): Check {
  const all = subschemas(site);
  return (value, run, seen) => {
    let fits = false;
    for (const one of all) {
      if (!tries(one, value, run, seen)) continue;
      fits = true;
      // Every alternative that fits says what it evaluated.
      if (seen === undefined) break;
    }
    return fits || run.fails("anyOf");
  };
}

export function oneOf(site: Site): Check {
  const all = subschemas(site);
  return (value, run, seen) => {
    let fitting = 0;
    for (const one of all) {
      if (tries(one, value, run, seen) && ++fitting > 1) break;
    }
    return fitting === 1 || run.fails("oneOf");
  };
}

export function not(site: Site): Check {
  const one = site.child();
  return (value, run) => !run.tries(one.judge, value, undefined) || run.fails("not");
}

export function conditional(site: Site): Check {
  const condition = site.child();
  const then = site.sibling("then");
  const otherwise = site.sibling("else");
  return (value, run, seen) => {
    const branch = tries(condition, value, run, seen) ? then : otherwise;
    return branch === undefined || branch.judge(value, run, seen);
  };
}

/** Judges without reporting; what a schema evaluated counts only if it fits. */
function tries(one: Subschema, value: unknown, run: Run, seen: Seen | undefined): boolean {
  if (seen === undefined) return run.tries(one.judge, value, undefined);
  const noted = new Seen();
  const fits = run.tries(one.judge, value, noted);
  if (fits) run.work.spend(seen.merge(noted));
  return fits;
}

function subschemas({ value, child }: Site): readonly Subschema[] {
  return (value as readonly unknown[]).map((_, index) => child(index));
}
