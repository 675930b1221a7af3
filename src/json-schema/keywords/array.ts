import { allDifferent } from "../equality.js";
import type { Check, Site, Subschema } from "../keyword.js";
import type { Run } from "../run.js";

export function minItems({ value: limit }: Site): Check {
  const least = limit as number;
  return (value, run) => !Array.isArray(value) || value.length >= least || run.fails("minItems");
}

export function maxItems({ value: limit }: Site): Check {
  const most = limit as number;
  return (value, run) => !Array.isArray(value) || value.length <= most || run.fails("maxItems");
}

export function uniqueItems({ value: wanted }: Site): Check | undefined {
  if (wanted !== true) return undefined;
  return (value, run) => !Array.isArray(value) || allDifferent(value, run.work) || run.fails("uniqueItems");
}

export function prefixItems({ value: wanted, child }: Site): Check {
  const first = (wanted as readonly unknown[]).map((_, index) => child(index));
  return (value, run, seen) => {
    if (!Array.isArray(value)) return true;
    seen?.itemsBefore(Math.min(first.length, value.length));
    return judgeFrom(value, 0, Math.min(first.length, value.length), run, (index) => first[index]);
  };
}

export function items({ child, beside }: Site): Check {
  return rest(child(), ((beside("prefixItems") ?? []) as readonly unknown[]).length);
}

/** Of draft-07: as a list, one schema for each of the first elements, and `additionalItems` for those after. */
export function itemsOfDraft07(site: Site): Check {
  if (!Array.isArray(site.value)) return rest(site.child(), 0);
  const first = prefixItems(site);
  const additional = site.sibling("additionalItems");
  if (additional === undefined) return first;
  const others = rest(additional, site.value.length);
  return (value, run, seen) => {
    const fits = first(value, run, seen);
    return (fits || !run.quiet) && others(value, run, seen) && fits;
  };
}

export function contains({ child, beside }: Site): Check {
  const one = child();
  const least = (beside("minContains") ?? 1) as number;
  const most = (beside("maxContains") ?? Number.POSITIVE_INFINITY) as number;
  return (value, run, seen) => {
    if (!Array.isArray(value)) return true;
    let found = 0;
    for (const [index, element] of value.entries()) {
      if (!run.triesInside(index, one.judge, element)) continue;
      found++;
      seen?.item(index);
    }
    if (found < least) return run.fails(least === 1 ? "contains" : "minContains");
    return found <= most || run.fails("maxContains");
  };
}

export function unevaluatedItems({ child }: Site): Check {
  const one = child();
  return (value, run, seen) => {
    if (!Array.isArray(value)) return true;
    run.work.spend(value.length);
    const fits = judgeFrom(value, 0, value.length, run, (index) => (seen?.hasItem(index) ? undefined : one));
    seen?.itemsBefore(value.length);
    return fits;
  };
}

/** One schema for every element from an index on. */
function rest(one: Subschema, from: number): Check {
  return (value, run, seen) => {
    if (!Array.isArray(value)) return true;
    seen?.itemsBefore(value.length);
    return judgeFrom(value, from, value.length, run, () => one);
  };
}

function judgeFrom(
  value: readonly unknown[],
  from: number,
  to: number,
  run: Run,
  schemaFor: (index: number) => Subschema | undefined,
): boolean {
  let fits = true;
  for (let index = from; index < to; index++) {
    const one = schemaFor(index);
    if (one === undefined || run.inside(index, one.judge, value[index])) continue;
    fits = false;
    if (run.quiet) break;
  }
  return fits;
}
