import type { ChargeRecord, DecisionEvent } from "../audit/event.js";
import { Ledger } from "./ranking.js";
import type { LimitUse } from "./summary.js";

type Row = { -readonly [Key in keyof LimitUse]: LimitUse[Key] };

/** Keeps, of each counter of each owner, the moment when the least was left of it. */
export class LimitUses {
  readonly #rows = new Ledger<Row>();

  add(event: DecisionEvent): void {
    for (const charge of event.charges) {
      const { max, left } = charge;
      if (max === undefined || left === undefined) continue;
      const row = this.#row(event, charge, max);
      if (event.code === "rate_limited" && event.rule === charge.rule) row.refused++;
      const used = shareUsed(max, left);
      if (used < row.used) continue;
      Object.assign(row, { max, left, used, time: event.time });
    }
  }

  /** Those that refused calls first, then the nearest to its end. */
  all(): LimitUse[] {
    return this.#rows.sorted(({ used }) => used).sort((one, other) => other.refused - one.refused);
  }

  #row(event: DecisionEvent, { rule, counter, scope }: ChargeRecord, max: number): Row {
    const { server, time } = event;
    const owner = ownerOf(event, scope);
    return this.#rows.row([server, rule, counter, scope, owner], () => ({
      ...{ server, rule, counter, scope, owner },
      ...{ max, left: max, used: 0, time, refused: 0 },
    }));
  }
}

function ownerOf({ grant, session }: DecisionEvent, scope: ChargeRecord["scope"]): string {
  switch (scope) {
    case "grant":
      return grant;
    case "session":
      return session ?? "";
    case "global":
      return "";
    default:
      return scope satisfies never;
  }
}

/** Of a limit that allows nothing, nothing can be used up. */
function shareUsed(max: number, left: number): number {
  return max > 0 ? Math.min(1, Math.max(0, (max - left) / max)) : 0;
}
