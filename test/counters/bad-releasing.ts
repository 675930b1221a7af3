import type { Reservation, StoreCharge } from "callgate";
import type { BadStore } from "./bad-store.js";
import { type Held, type Part, PlainStore, type Row } from "./plain-store.js";

const pause = () => Promise.resolve();

/** Takes away what was added by adding its opposite, so that it can be done twice. */
function subtract(row: Row | undefined, { id, start, amount, endsAt }: Part): void {
  row?.parts.push({ id: -id, start, amount: -amount, endsAt });
}

class GivesBackTwice extends PlainStore {
  override async release(reservation: Reservation): Promise<void> {
    const id = (reservation as { readonly id?: number }).id ?? 0;
    const held = this.backend.held.get(id);
    await super.release(reservation);
    if (held !== undefined) this.backend.held.set(id, held);
  }

  override giveBack({ key, part }: Held): void {
    const row = this.backend.rows.get(key);
    if (part !== undefined && row?.start === part.start) subtract(row, part);
  }
}

class GivesBackOncePerCaller extends PlainStore {
  override async release(reservation: Reservation): Promise<void> {
    this.work();
    const id = (reservation as { readonly id?: number }).id ?? 0;
    const held = this.backend.held.get(id);
    await pause();
    this.backend.held.delete(id);
    for (const { key, part } of held ?? []) if (part !== undefined) subtract(this.backend.rows.get(key), part);
  }
}

class GivesBackToTheFirstOnly extends PlainStore {
  override keep(charges: readonly StoreCharge[], held: readonly Held[]): Reservation {
    return super.keep(charges, held.slice(0, 1));
  }
}

class ForgetsTheWindow extends PlainStore {
  override giveBack({ key, part }: Held): void {
    let owed = part?.amount ?? 0;
    for (const [index, one] of (this.backend.rows.get(key)?.parts ?? []).entries()) {
      const taken = Math.min(one.amount, owed);
      owed -= taken;
      this.backend.rows.get(key)?.parts.splice(index, 1, { ...one, amount: one.amount - taken });
    }
  }
}

class GoesBelowZero extends PlainStore {
  override giveBack({ key, part }: Held): void {
    if (part !== undefined) subtract(this.backend.rows.get(key), part);
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
      subtract(this.backend.rows.get(key), { id: 0, start: 0, amount, endsAt: Number.POSITIVE_INFINITY });
    }
  }
}

class CreditsUnknownReservations extends PlainStore {
  override async release(reservation: Reservation): Promise<void> {
    const known = (reservation as { readonly id?: unknown }).id !== undefined;
    if (known) return super.release(reservation);
    for (const charge of reservation.charges) {
      if (!this.backend.rows.has(charge.key)) this.add({ ...charge, amount: -charge.amount }, this.backend.latest);
    }
  }
}

class GivesBackEverything extends PlainStore {
  override async release(reservation: Reservation): Promise<void> {
    await super.release(reservation);
  }
}

class GivesBackPartsTwice extends PlainStore {
  override async release(reservation: Reservation, only?: readonly number[]): Promise<void> {
    const id = (reservation as { readonly id?: number }).id ?? 0;
    const held = this.backend.held.get(id);
    await super.release(reservation, only);
    if (held !== undefined && only !== undefined) this.backend.held.set(id, held);
  }

  override giveBack({ key, part }: Held): void {
    const row = this.backend.rows.get(key);
    if (part !== undefined && row?.start === part.start) subtract(row, part);
  }
}

class TakesNoneForAll extends PlainStore {
  override async release(reservation: Reservation, only?: readonly number[]): Promise<void> {
    await super.release(reservation, only?.length === 0 ? undefined : only);
  }
}

class ForgetsTheRest extends PlainStore {
  override async release(reservation: Reservation, only?: readonly number[]): Promise<void> {
    await super.release(reservation, only);
    this.backend.held.delete((reservation as { readonly id?: number }).id ?? 0);
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
  { promise: 4, fault: "gives back everything when asked for a part", store: GivesBackEverything },
  { promise: 4, fault: "double refund of a part", store: GivesBackPartsTwice },
  { promise: 4, fault: "takes a release of nothing for one of everything", store: TakesNoneForAll },
  { promise: 4, fault: "forgets the rest with the first part that is released", store: ForgetsTheRest },
  { promise: 5, fault: "gives back what a forged reservation says", store: ReleasesWhatItIsTold },
  { promise: 5, fault: "credits a counter that was never charged", store: CreditsUnknownReservations },
];
