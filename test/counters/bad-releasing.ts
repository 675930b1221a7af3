import type { Reservation, StoreCharge } from "callgate";
import type { BadStore } from "./bad-store.js";
import { type Counted, type Held, PlainStore, type Row } from "./plain-store.js";

const pause = () => Promise.resolve();

class GivesBackTwice extends PlainStore {
  override async release(reservation: Reservation): Promise<void> {
    const id = (reservation as { readonly id?: number }).id ?? 0;
    const held = this.backend.held.get(id);
    await super.release(reservation);
    if (held !== undefined) this.backend.held.set(id, held);
  }
}

class GivesBackOncePerCaller extends PlainStore {
  override async release(reservation: Reservation): Promise<void> {
    this.work();
    const id = (reservation as { readonly id?: number }).id ?? 0;
    const held = this.backend.held.get(id);
    await pause();
    this.backend.held.delete(id);
    for (const part of held ?? []) this.giveBack(part);
  }
}

class GivesBackToTheFirstOnly extends PlainStore {
  override keep(charges: readonly StoreCharge[], held: readonly Held[]): Reservation {
    return super.keep(charges, held.slice(0, 1));
  }
}

class ForgetsTheWindow extends PlainStore {
  override giveBack({ key, amount }: Held): void {
    const row = this.backend.rows.get(key);
    if (row !== undefined) row.value = Math.max(0, row.value - amount);
  }
}

class GoesBelowZero extends PlainStore {
  override giveBack({ key, amount }: Held): void {
    const row = this.backend.rows.get(key);
    if (row !== undefined) row.value -= amount;
  }

  override row(counter: StoreCharge | Counted, time: number): Row | undefined {
    const row = this.backend.rows.get(this.rowKey(counter));
    const start = this.start(counter.windowMs, time);
    if (row !== undefined && row.start !== start) Object.assign(row, { start, value: Math.min(row.value, 0) });
    return row;
  }
}

class ReleasesInTheFirstSecondOnly extends PlainStore {
  readonly #made = new WeakMap<Reservation, number>();

  override keep(charges: readonly StoreCharge[], held: readonly Held[]): Reservation {
    const reservation = super.keep(charges, held);
    this.#made.set(reservation, this.backend.latest);
    return reservation;
  }

  override async release(reservation: Reservation): Promise<void> {
    const made = this.#made.get(reservation) ?? Number.NEGATIVE_INFINITY;
    if (this.backend.latest - made < 1_000) await super.release(reservation);
  }
}

class NeverGivesBack extends PlainStore {
  override giveBack(): void {}
}

class ReleasesWhatItIsTold extends PlainStore {
  override async release(reservation: Reservation): Promise<void> {
    const known = (reservation as { readonly id?: unknown }).id !== undefined;
    if (known) return super.release(reservation);
    for (const { key, amount } of reservation.charges) {
      const row = this.backend.rows.get(key);
      if (row !== undefined) row.value -= amount;
    }
  }
}

class CreditsUnknownReservations extends PlainStore {
  override async release(reservation: Reservation): Promise<void> {
    const known = (reservation as { readonly id?: unknown }).id !== undefined;
    if (known) return super.release(reservation);
    for (const { key, grant, windowMs, amount } of reservation.charges) {
      if (!this.backend.rows.has(key)) {
        const start = this.start(windowMs, this.backend.latest);
        this.backend.rows.set(key, { grant, windowMs, start, value: -amount });
      }
    }
  }
}

export const BAD_AT_RELEASING: readonly BadStore[] = [
  { promise: 4, fault: "double refund", store: GivesBackTwice },
  { promise: 4, fault: "double refund of a race", store: GivesBackOncePerCaller },
  { promise: 4, fault: "gives back to the first counter only", store: GivesBackToTheFirstOnly },
  { promise: 4, fault: "refund without a window", store: ForgetsTheWindow },
  { promise: 4, fault: "release below zero in a later window", store: GoesBelowZero },
  { promise: 4, fault: "gives back for a second only", store: ReleasesInTheFirstSecondOnly },
  { promise: 4, fault: "never gives back", store: NeverGivesBack },
  { promise: 5, fault: "gives back what a forged reservation says", store: ReleasesWhatItIsTold },
  { promise: 5, fault: "credits a counter that was never charged", store: CreditsUnknownReservations },
];
