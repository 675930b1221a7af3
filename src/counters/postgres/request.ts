import { StoreError } from "../../errors.js";
import { checkCharge } from "../charge.js";
import type { CounterName, StoreCharge } from "../store.js";

/** The shape in which the functions take a counter and a charge. */
type Asked = { readonly [name: string]: string | number | undefined };

export function askCharge(charge: StoreCharge): Asked {
  checkCharge(charge);
  const { group, grant, amount, max, min } = charge;
  return { ...askCounter(charge), family: storable(group), grantee: storable(grant), amount, most: max, least: min };
}

export function askCounter({ key, window }: CounterName): Asked {
  const { kind } = window;
  const named = { key: storable(key), kind };
  switch (window.kind) {
    case "fixed":
      return { ...named, length: window.ms, shift: window.offsetMs };
    case "sliding":
      return { ...named, length: window.ms };
    case "month":
      return named;
    case "session":
      return { ...named, length: window.idleMs };
    case "in_flight":
      return { ...named, length: window.leaseMs };
    default:
      return window satisfies never;
  }
}

/** @throws StoreError for what is no time: the windows of a store begin in 1970. */
export function askTime(now: number): number {
  if (Number.isFinite(now) && now >= 0) return Math.floor(now);
  throw new StoreError("store_failed", "the clock gave no time");
}

/** What no Postgres text can hold: NUL, and halves of surrogate pairs. */
const UNSTORABLE = /[\\\0\p{Cs}]/gu;

/** The text, with what cannot be kept written out. Equal for two texts exactly when they are. */
export function storable(text: string): string {
  return text.replace(UNSTORABLE, (char) => `\\${char.codePointAt(0)?.toString(16).padStart(4, "0") ?? ""}`);
}
