/** Bounds on one copied value. */
export interface CopyLimits {
  /** How deep objects and arrays may nest. */
  readonly depth: number;
  /** How many values, keys of objects included, the whole may hold. */
  readonly values: number;
}

export interface CopyOptions extends CopyLimits {
  /** What becomes of a key whose value is `undefined`: dropped, as `JSON.stringify` does, or refused. */
  readonly undefinedKeys: "drop" | "refuse";
  /** A key of the outermost object under which nothing is dropped. */
  readonly refuseUnder?: string;
  /** `null` makes objects without a prototype, so that no key can be special. */
  readonly prototype: object | null;
}

/** What a copy fails on: a value that is not JSON, or a limit. */
export type CopyFault = "not_json" | "too_deep" | "too_large";

/** Why a value could not be copied, and where: `path` leads from the root to the offender. */
export class NotJsonError extends Error {
  readonly fault: CopyFault;
  readonly path: readonly (string | number)[];

  constructor(fault: CopyFault, message: string, path: readonly (string | number)[]) {
    super(message);
    this.name = "NotJsonError";
    this.fault = fault;
    this.path = path;
  }
}

/**
 * Copies a JSON value by its own enumerable keys. Every property is read exactly once, so a getter or a Proxy cannot
 * answer differently later; nothing of the input is shared with the copy but immutable values.
 *
 * @throws NotJsonError for functions, symbols, bigints, class instances, cycles (by depth), non-finite numbers, holes
 * in arrays and anything over the limits. What a getter or a Proxy throws is reported the same way.
 */
export function copyJson(value: unknown, options: CopyOptions): unknown {
  return new Copier(options).copy(value, 0);
}

class Copier {
  readonly #options: CopyOptions;
  readonly #path: (string | number)[] = [];
  #left: number;
  #refuses: boolean;

  constructor(options: CopyOptions) {
    this.#options = options;
    this.#left = options.values;
    this.#refuses = options.undefinedKeys === "refuse";
  }

  copy(value: unknown, depth: number): unknown {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        if (!Number.isFinite(value)) this.#refuse("a number that is not finite");
        return value;
      case "object":
        if (value === null) return null;
        if (depth >= this.#options.depth) this.#refuse(`values nested deeper than ${this.#options.depth}`, "too_deep");
        return this.#guarded(() => (Array.isArray(value) ? this.#array(value, depth) : this.#object(value, depth)));
      default:
        return this.#refuse(typeof value === "undefined" ? "undefined" : `a ${typeof value}`);
    }
  }

  #array(source: readonly unknown[], depth: number): unknown[] {
    const { length } = source;
    // A Proxy of an array may give any length it likes.
    if (!Number.isSafeInteger(length) || length < 0) this.#refuse("an array without a length");
    this.#spend(length);
    const copy: unknown[] = [];
    for (let index = 0; index < length; index++) {
      this.#path.push(index);
      copy.push(this.copy(source[index], depth + 1));
      this.#path.pop();
    }
    return copy;
  }

  #object(source: object, depth: number): object {
    if (!isPlain(source)) this.#refuse("an instance of a class");
    const copy: Record<string, unknown> = Object.create(this.#options.prototype);
    const keys = Object.keys(source);
    this.#spend(keys.length);
    for (const key of keys) {
      this.#path.push(key);
      const value = (source as Record<string, unknown>)[key];
      if (value !== undefined && depth === 0 && key === this.#options.refuseUnder) {
        this.#refuses = true;
        setOwn(copy, key, this.copy(value, 1));
        this.#refuses = false;
      } else if (value !== undefined || this.#refuses) setOwn(copy, key, this.copy(value, depth + 1));
      this.#path.pop();
    }
    return copy;
  }

  #spend(values: number): void {
    this.#left -= values;
    if (this.#left < 0) this.#refuse(`more than ${this.#options.values} values`, "too_large");
  }

  #guarded<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof NotJsonError) throw error;
      return this.#refuse("a value that throws when read");
    }
  }

  #refuse(what: string, fault: CopyFault = "not_json"): never {
    throw new NotJsonError(fault, what, [...this.#path]);
  }
}

/** Objects made by a literal, `JSON.parse` or `Object.create(null)`, of any realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  // Where a prototype has this key, assigning would call its setter, or fail if it is frozen.
  if (key in target) {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}
