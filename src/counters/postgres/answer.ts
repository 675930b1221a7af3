import { StoreError } from "../../errors.js";
import type { Reading, StoreCharge } from "../store.js";

/** What can be given back of one charge: its counter's id, and its entry's where it has one. */
export interface Holding {
  readonly id: string;
  readonly entry: string | null;
}

export type ReserveAnswer =
  | { readonly kind: "full" }
  | { readonly kind: "refused"; readonly refused: number; readonly readings: readonly Reading[] }
  | { readonly kind: "held"; readonly held: ReadonlyMap<number, Holding>; readonly readings: readonly Reading[] };

type Answer = { readonly [name: string]: unknown };

/**
 * The one value of the one row, as JSON. Text, because no setting of a driver changes how it arrives.
 *
 * @throws StoreError for anything else: it is not our function that has answered.
 */
export function readAnswer(result: unknown): Answer {
  const { rows } = Object(result) as { readonly rows?: unknown };
  if (!Array.isArray(rows) || rows.length !== 1) throw unusable();
  const { answer } = Object(rows[0]) as { readonly answer?: unknown };
  if (typeof answer !== "string") throw unusable();
  const parsed: unknown = JSON.parse(answer);
  if (parsed === null || typeof parsed !== "object") throw unusable();
  return parsed as Answer;
}

export function readReserved(answer: Answer, charges: readonly StoreCharge[]): ReserveAnswer {
  if (answer.full === true) return { kind: "full" };
  const readings = readReadings(answer, charges.length);
  const { refused, held } = answer;
  if (held !== undefined) return { kind: "held", held: readHoldings(held, charges), readings };
  if (Number.isInteger(refused) && Number(refused) >= 0 && Number(refused) < charges.length) {
    return { kind: "refused", refused: Number(refused), readings };
  }
  throw unusable();
}

export function readReadings({ readings }: Answer, counters: number): readonly Reading[] {
  if (!Array.isArray(readings) || readings.length !== counters) throw unusable();
  return readings.map((reading: unknown) => {
    const [value, resetsAt] = Array.isArray(reading) ? (reading as unknown[]) : [];
    return { value: whole(value), resetsAt: whole(resetsAt) };
  });
}

/**
 * What can be given back, by the index of the charge. They come in the order in which they were charged, each with its
 * place, from 1. Of a charge of nothing there need be none.
 */
function readHoldings(held: unknown, charges: readonly StoreCharge[]): ReadonlyMap<number, Holding> {
  if (!Array.isArray(held) || held.length > charges.length) throw unusable();
  const holdings = new Map<number, Holding>();
  for (const holding of held as unknown[]) {
    const [place, id, entry] = Array.isArray(holding) ? (holding as unknown[]) : [];
    if (typeof id !== "string" || !(typeof entry === "string" || entry === null)) throw unusable();
    holdings.set(Number(place) - 1, { id, entry });
  }
  if (charges.some(({ amount }, index) => amount > 0 && !holdings.has(index))) throw unusable();
  return holdings;
}

function whole(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw unusable();
}

function unusable(): StoreError {
  return new StoreError("store_failed", "Postgres gave no usable answer");
}
