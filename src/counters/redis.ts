import { StoreError } from "../errors.js";
import { attempt } from "../internal/maybe.js";
import { quote } from "../internal/quote.js";
import { checkCharge } from "./charge.js";
import type { Answer } from "./redis/answer.js";
import { scriptClient } from "./redis/client.js";
import { Exchange } from "./redis/exchange.js";
import { checkRedisOptions, type RedisSettings, type RedisStoreOptions } from "./redis/options.js";
import { type Question, Questions } from "./redis/question.js";
import type {
  CounterName,
  CounterStore,
  Reading,
  Reservation,
  Reserved,
  ReserveOptions,
  StoreCharge,
} from "./store.js";

/** Counters in Redis, as `createRedisStore` makes it. */
export interface RedisStore extends CounterStore {
  /**
   * Resolves when counters can be kept on the server, after `onWarning` was told what speaks against it. For the start
   * of a program: the first reservation asks the same.
   *
   * @throws StoreError where there is no answer, or `durable` was asked of a server that may evict.
   */
  check(): Promise<void>;
}

/** How long a server is taken not to have begun to evict. */
const RECHECK_MS = 60_000;

/** How long a server knows a release again: longer than one can be under way. */
const RELEASE_KNOWN_MS = 60_000;

const ID = /^[\w-]{1,64}$/;

/** The latest time that a date can have. */
const LATEST = 8_640_000_000_000_000;

/** The charges of a reservation: the mark of each that has something to give back, until it is given back. */
type Marks = (string | undefined)[];

/**
 * A counter store in Redis 5 or newer, shared by all that have the same `prefix`. Each operation is one round trip.
 *
 * @throws OptionsError for an option that is unknown, mistyped or missing, and for a client of neither library.
 */
export function createRedisStore(options: RedisStoreOptions): RedisStore {
  return new Store(checkRedisOptions(options));
}

class Store implements RedisStore {
  readonly clock: CounterStore["clock"];
  readonly #settings: RedisSettings;
  readonly #exchange: Exchange;
  readonly #questions: Questions;
  readonly #marks = new WeakMap<Reservation, Marks>();
  readonly #warned = new Set<string>();
  #checkedUntil = Number.NEGATIVE_INFINITY;

  constructor(settings: RedisSettings) {
    this.clock = settings.clock;
    this.#settings = settings;
    this.#exchange = new Exchange(scriptClient(settings.client), settings.deadlineMs);
    this.#questions = new Questions(settings.prefix);
  }

  async check(): Promise<void> {
    const { durable } = this.#settings;
    this.#noteCheck(await this.#exchange.ask(this.#questions.about([], { op: "check", check: true, durable })));
  }

  async reserve(charges: readonly StoreCharge[], { now }: ReserveOptions): Promise<Reserved> {
    for (const charge of charges) checkCharge(charge);
    const { maxKeys: most, maxKeysPerGrant: share, durable } = this.#settings;
    const check = performance.now() < this.#checkedUntil ? {} : { check: true, durable };
    const request = { op: "reserve", id: this.#newId(), most, share, ...check, ...this.#time(now) };
    const answer = await this.#exchange.ask(this.#questions.about(charges, request), (late) => {
      // Whoever asked has been told that there was no answer.
      if (late.status === "ok") this.#giveBack(charges, [...late.marks]).catch(() => undefined);
    });
    this.#noteCheck(answer);
    const { status, refused, readings } = answer;
    if (status === "full") throw new StoreError("store_full", "the redis store is full");
    if (readings.length !== charges.length) throw new StoreError("store_failed", "redis gave no usable answer");
    if (status === "refused") return { ok: false, refused, readings };
    const reservation: Reservation = Object.freeze({ charges });
    this.#marks.set(reservation, [...answer.marks]);
    return { ok: true, reservation, readings };
  }

  async release(reservation: Reservation, only?: readonly number[]): Promise<void> {
    const marks = this.#marks.get(reservation);
    if (marks !== undefined) await this.#giveBack(reservation.charges, marks, only);
  }

  async renew(reservation: Reservation, { now }: ReserveOptions): Promise<boolean> {
    const marks = this.#marks.get(reservation);
    if (marks === undefined) return false;
    const slots = reservation.charges
      .map((charge, index) => ({ ...charge, mark: marks[index] }))
      .filter((charge): charge is Marked => charge.window.kind === "in_flight" && charge.mark !== undefined);
    const question = this.#questions.about(slots, { op: "renew", ...this.#time(now) });
    return (await this.#exchange.ask(question)).status === "ok";
  }

  async read(counters: readonly CounterName[], { now }: ReserveOptions): Promise<readonly Reading[]> {
    if (counters.length === 0) return [];
    for (const counter of counters) checkCharge({ ...counter, grant: "", group: "", amount: 0 });
    const question = this.#questions.about(counters, { op: "read", ...this.#time(now) });
    return (await this.#exchange.ask(question)).readings;
  }

  async reset(groups: readonly string[]): Promise<void> {
    if (groups.length > 0) await this.#exchange.ask(this.#questions.aboutGroups(groups, { op: "reset" }));
  }

  /** Each charge at most once, whatever comes of it: a release without an answer may have been carried out. */
  async #giveBack(
    charges: readonly StoreCharge[],
    marks: Marks,
    only: readonly number[] = [...marks.keys()],
  ): Promise<void> {
    const back: Marked[] = [];
    for (const index of only) {
      const [charge, mark] = [charges[index], marks[index]];
      if (charge === undefined || mark === undefined) continue;
      marks[index] = undefined;
      back.push({ ...charge, mark });
    }
    if (back.length === 0) return;
    await this.#exchange.ask(this.#releaseOf(back));
  }

  #releaseOf(back: readonly Marked[]): Question {
    // A slot that is gone cannot go once more. What is a part of a sum could.
    if (back.every(({ window }) => window.kind === "in_flight")) return this.#questions.about(back, { op: "release" });
    const once = Math.max(RELEASE_KNOWN_MS, 4 * this.#settings.deadlineMs);
    return this.#questions.about(back, { op: "release", once }, this.#newId());
  }

  #noteCheck({ policy }: Answer): void {
    if (policy === undefined) return;
    this.#checkedUntil = performance.now() + RECHECK_MS;
    if (policy === "noeviction" || this.#warned.has(policy)) return;
    this.#warned.add(policy);
    const finding = policy === "unknown" ? "cannot be read" : `is ${quote(policy)}`;
    const warning = `redis may evict counters, and so forget what was charged: its \`maxmemory-policy\` ${finding}`;
    // What it does with the warning changes nothing here.
    void attempt<void>(
      () => this.#settings.onWarning(warning),
      () => undefined,
    );
  }

  #newId(): string {
    const id = this.#settings.ids();
    if (typeof id === "string" && ID.test(id)) return id;
    throw new StoreError("store_failed", "the source of ids gave none that can be used");
  }

  /** The time that rules, where it is not the server's. */
  #time(now: number): { readonly now?: number } {
    if (this.clock === "backend") return {};
    if (now >= 0 && now <= LATEST) return { now: Math.floor(now) };
    throw new StoreError("store_failed", "the clock gave no time");
  }
}

type Marked = StoreCharge & { readonly mark: string };
