import type { Reservation, StoreCharge } from "callgate";
import type { BadStore } from "./bad-store.js";
import { type Held, PlainStore } from "./plain-store.js";

class ForgetsEverything extends PlainStore {
  override async reset(groups: readonly string[]): Promise<void> {
    this.work();
    if (groups.length > 0) this.backend.rows.clear();
  }
}

class ForgetsNothing extends PlainStore {
  override async reset(): Promise<void> {
    this.work();
  }
}

class ForgetsByPrefix extends PlainStore {
  override async reset(groups: readonly string[]): Promise<void> {
    this.work();
    for (const [key, row] of this.backend.rows) {
      if (groups.some((group) => row.group.startsWith(group))) this.backend.rows.delete(key);
    }
  }
}

class FoldsGroups extends PlainStore {
  override async reset(groups: readonly string[]): Promise<void> {
    await super.reset([...groups, ...groups.map((group) => group.trim().toLowerCase())]);
  }
}

class ForgetsByKey extends PlainStore {
  override async reset(groups: readonly string[]): Promise<void> {
    this.work();
    for (const group of groups) this.backend.rows.delete(group);
  }
}

class ForgetsOneKeyOfAGroup extends PlainStore {
  override async reset(groups: readonly string[]): Promise<void> {
    this.work();
    for (const group of groups) {
      const [key] = [...this.backend.rows].find(([, row]) => row.group === group) ?? [];
      if (key !== undefined) this.backend.rows.delete(key);
    }
  }
}

class ForgetsTheFirstGroup extends PlainStore {
  override async reset(groups: readonly string[]): Promise<void> {
    await super.reset(groups.slice(0, 1));
  }
}

/** Sets counters to 0 and goes on with them, so that an old reservation still finds its own. */
class GivesBackToTheNewCounter extends PlainStore {
  override async reset(groups: readonly string[]): Promise<void> {
    this.work();
    for (const row of this.backend.rows.values()) if (groups.includes(row.group)) row.parts = [];
  }

  override giveBack(held: Held): void {
    const row = this.backend.rows.get(held.key);
    const known = row?.parts.some(({ id }) => id === held.part?.id);
    if (known === true) super.giveBack(held);
    else if (row?.start === held.part?.start) row?.parts.pop();
  }
}

class LosesReservationsOfOthers extends PlainStore {
  override async reset(groups: readonly string[]): Promise<void> {
    await super.reset(groups);
    this.backend.held.clear();
  }
}

class RenewsWhatWasReset extends PlainStore {
  override renewPart(held: Held, time: number): boolean {
    return !this.backend.rows.has(held.key) || super.renewPart(held, time);
  }
}

class GroupsAreForEver extends PlainStore {
  readonly #forgotten = new Set<string>();

  override async reset(groups: readonly string[]): Promise<void> {
    for (const group of groups) this.#forgotten.add(group);
    await super.reset(groups);
  }

  override keep(charges: readonly StoreCharge[], held: readonly Held[]): Reservation {
    for (const [index, { group }] of charges.entries()) {
      const one = held[index];
      if (one !== undefined && this.#forgotten.has(group)) this.giveBack(one);
    }
    return super.keep(charges, held);
  }
}

export const BAD_AT_RESETS: readonly BadStore[] = [
  { promise: 15, fault: "reset forgets everything", store: ForgetsEverything },
  { promise: 15, fault: "reset forgets nothing", store: ForgetsNothing },
  { promise: 15, fault: "reset forgets every group that begins alike", store: ForgetsByPrefix },
  { promise: 15, fault: "reset folds and trims groups", store: FoldsGroups },
  { promise: 15, fault: "reset takes a group for a key", store: ForgetsByKey },
  { promise: 15, fault: "reset forgets one key of a group", store: ForgetsOneKeyOfAGroup },
  { promise: 15, fault: "reset forgets the first of several groups", store: ForgetsTheFirstGroup },
  { promise: 15, fault: "gives back to the counter that follows a reset", store: GivesBackToTheNewCounter },
  { promise: 15, fault: "reset loses the reservations of other groups", store: LosesReservationsOfOthers },
  { promise: 15, fault: "renews a slot that was reset", store: RenewsWhatWasReset },
  { promise: 15, fault: "a group that was reset counts no more", store: GroupsAreForEver },
];
