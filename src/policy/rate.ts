import { toMicro } from "../internal/micro.js";
import { fixedWindow, parseWindow, type Window } from "../internal/window.js";
import type { RateLimitDocument } from "./document.js";

export interface Rate {
  readonly max: number;
  readonly window: Window;
}

const RATE = /^([0-9]{1,10})\/(\S+)$/;

/** What a `rate_limit` in words says: `10/minute`, `5/15m`. `undefined` for anything else. */
export function parseRate(text: string): Rate | undefined {
  const [, calls, name = ""] = RATE.exec(text) ?? [];
  const window = parseWindow(name);
  if (calls === undefined || (window?.kind !== "fixed" && window?.kind !== "month")) return undefined;
  const max = Number(calls);
  return toMicro(max) === undefined ? undefined : { max, window };
}

/** The rate of a `rate_limit` that was accepted. */
export function readRate(limit: RateLimitDocument | string): Rate {
  if (typeof limit !== "string") return { max: limit.max, window: fixedWindow(limit.window * 1_000) };
  const rate = parseRate(limit);
  if (rate === undefined) throw new TypeError("rate of an accepted policy");
  return rate;
}
