import type { Reservation, ReserveOptions, StoreCharge, Window } from "callgate";
import type { BadStore } from "./bad-store.js";
import { type Held, type Part, PlainStore, type Row } from "./plain-store.js";

class NoLease extends PlainStore {
  override end(window: Window, time: number): number {
    return window.kind === "in_flight" ? Number.MAX_SAFE_INTEGER : super.end(window, time);
  }
}

class EndsLate extends PlainStore {
  override counts(part: Part, time: number, row: Row): boolean {
    return row.window.kind === "in_flight" ? part.endsAt >= time : super.counts(part, time, row);
  }
}

class NeverRenews extends PlainStore {
  override renewPart({ key, window, part }: Held, time: number): boolean {
    if (part === undefined || window.kind !== "in_flight") return true;
    return this.backend.rows.get(key)?.parts.some(({ id, endsAt }) => id === part.id && endsAt > time) === true;
  }
}

class SaysNoToEveryRenewal extends PlainStore {
  override async renew(reservation: Reservation, options: ReserveOptions): Promise<boolean> {
    await super.renew(reservation, options);
    return false;
  }
}

class RevivesWhatHasEnded extends PlainStore {
  override renewPart(held: Held, time: number): boolean {
    const row = this.backend.rows.get(held.key);
    if (held.part !== undefined && row?.window.kind === "in_flight" && !super.renewPart(held, time)) {
      row.parts.push({ ...held.part, endsAt: this.end(row.window, time) });
    }
    return true;
  }
}

class SaysYesToEveryRenewal extends PlainStore {
  override async renew(reservation: Reservation, options: ReserveOptions): Promise<boolean> {
    await super.renew(reservation, options);
    return true;
  }
}

class RenewsForEverybody extends PlainStore {
  override renewPart(held: Held, time: number): boolean {
    const row = this.backend.rows.get(held.key);
    if (row?.window.kind !== "in_flight" || held.part === undefined) return super.renewPart(held, time);
    for (const part of row.parts) part.endsAt = this.end(row.window, time);
    return row.parts.length > 0;
  }
}

class RenewsWhatWasReleased extends PlainStore {
  override renewPart(held: Held, time: number): boolean {
    const row = this.backend.rows.get(held.key);
    if (row?.window.kind === "in_flight" && held.part === undefined) {
      row.parts.push({ id: 0, start: 0, amount: 1_000_000, endsAt: this.end(row.window, time) });
    }
    return super.renewPart(held, time);
  }
}

class ForgetsTheOtherCharges extends PlainStore {
  override renewPart(held: Held, time: number): boolean {
    const row = this.backend.rows.get(held.key);
    if (row !== undefined && row.window.kind !== "in_flight") this.giveBack(held);
    return super.renewPart(held, time);
  }
}

/** Counts slots, and does not know whose they are. */
class FreesAnothersSlot extends PlainStore {
  override giveBack(held: Held): void {
    if (held.window.kind === "in_flight") this.backend.rows.get(held.key)?.parts.pop();
    else super.giveBack(held);
  }
}

class FreesASlotTwice extends FreesAnothersSlot {
  override async release(reservation: Reservation, only?: readonly number[]): Promise<void> {
    const id = (reservation as { readonly id?: number }).id ?? 0;
    const held = this.backend.held.get(id);
    await super.release(reservation, only);
    if (held !== undefined && only === undefined) this.backend.held.set(id, held);
  }
}

class SlotsAreOnlyCounted extends PlainStore {
  override fits(charge: StoreCharge, value: number): boolean {
    return charge.window.kind === "in_flight" ? true : super.fits(charge, value);
  }
}

export const BAD_AT_SLOTS: readonly BadStore[] = [
  { promise: 14, fault: "a slot without a lease", store: NoLease },
  { promise: 14, fault: "a lease that ends one millisecond late", store: EndsLate },
  { promise: 14, fault: "a slot that is not renewed", store: NeverRenews },
  { promise: 14, fault: "renews and says no", store: SaysNoToEveryRenewal },
  { promise: 14, fault: "a renewal that revives a slot that has ended", store: RevivesWhatHasEnded },
  { promise: 14, fault: "a renewal that always says yes", store: SaysYesToEveryRenewal },
  { promise: 14, fault: "a renewal of one slot that renews all", store: RenewsForEverybody },
  { promise: 14, fault: "a renewal that takes a slot which was released", store: RenewsWhatWasReleased },
  { promise: 14, fault: "a renewal that gives the other charges back", store: ForgetsTheOtherCharges },
  { promise: 14, fault: "a release of a slot that has ended frees another's", store: FreesAnothersSlot },
  { promise: 14, fault: "a second release frees another's slot", store: FreesASlotTwice },
  { promise: 14, fault: "counts slots and refuses nobody", store: SlotsAreOnlyCounted },
];
