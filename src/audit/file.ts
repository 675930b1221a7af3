import { type FileHandle, open, rename, stat } from "node:fs/promises";
import { OptionsError } from "../errors.js";
import { jsonLine, type LineSink } from "./jsonl.js";

export interface JsonlFileOptions {
  /** The file is put away before a line would make it larger. Bytes; default: never. */
  readonly maxBytes?: number | undefined;
  /** The file is put away before the first event of another day, by the time of events, in UTC. Default: not. */
  readonly daily?: boolean | undefined;
  /** An event counts as recorded when it is on the disk (`fdatasync`) and not only with the system. Default: not. */
  readonly sync?: boolean | undefined;
}

/** A sink over a file. `close` writes what is left and closes the file; the next event opens it again. */
export interface JsonlFileSink extends LineSink {
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Pending {
  readonly bytes: Buffer;
  /** `undefined` for a record without a time. */
  readonly day: string | undefined;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/** The file as it is now. */
interface Opened {
  readonly handle: FileHandle;
  size: number;
  day: string;
}

/** Readable by its owner alone. */
const MODE = 0o600;
const NEW_LINE = 10;
/** One write takes no more than this, so that no event waits for many others. */
const LARGEST_WRITE = 1_048_576;

/**
 * Makes a sink that appends each event as one line to a file, and puts the file away as `path.2026-01-31.1` by size or day.
 * Events that arrive while one is written are written together. One process may write to a file at a time.
 *
 * @throws OptionsError for a `maxBytes` that is no positive whole number.
 */
export function createJsonlFile(path: string, options: JsonlFileOptions = {}): JsonlFileSink {
  const { maxBytes } = options;
  if (maxBytes !== undefined && (!Number.isSafeInteger(maxBytes) || maxBytes < 1)) {
    throw new OptionsError("option `maxBytes` must be a whole number of bytes, at least 1");
  }
  const file = new JsonlFile(path, options);
  return Object.assign((record: object) => file.append(record), {
    flush: () => file.flush(),
    close: () => file.close(),
  });
}

class JsonlFile {
  readonly #path: string;
  readonly #options: JsonlFileOptions;
  readonly #pending: Pending[] = [];
  #opened: Opened | undefined;
  #draining: Promise<void> | undefined;

  constructor(path: string, options: JsonlFileOptions) {
    this.#path = path;
    this.#options = options;
  }

  append(record: object): Promise<void> {
    const bytes = Buffer.from(`${jsonLine(record)}\n`);
    const day = dayOf((record as { readonly time?: unknown }).time);
    return new Promise((resolve, reject) => {
      this.#pending.push({ bytes, day, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  async flush(): Promise<void> {
    await this.#draining;
  }

  async close(): Promise<void> {
    await this.#draining;
    await this.#close();
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      let batch: readonly Pending[] = this.#pending.slice(0, 1);
      try {
        const opened = await this.#fileFor(batch[0] as Pending);
        batch = this.#batch(opened);
        await this.#write(opened, Buffer.concat(batch.map(({ bytes }) => bytes)));
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        // Whatever was wrong with the file, the next event finds it, or makes it, anew.
        await this.#close().catch(() => undefined);
        for (const { reject } of batch) reject(cause);
      }
      this.#pending.splice(0, batch.length);
    }
    this.#draining = undefined;
  }

  /** What can be written at once: events of the same day that the file has room for, and one in any case. */
  #batch({ size, day }: Opened): readonly Pending[] {
    const { daily, maxBytes = Number.POSITIVE_INFINITY } = this.#options;
    const room = Math.min(LARGEST_WRITE, maxBytes - size);
    let bytes = 0;
    const end = this.#pending.findIndex((pending, index) => {
      bytes += pending.bytes.length;
      return index > 0 && (bytes > room || (daily === true && (pending.day ?? day) !== day));
    });
    return end === -1 ? [...this.#pending] : this.#pending.slice(0, end);
  }

  async #write(opened: Opened, bytes: Buffer): Promise<void> {
    const { handle, size } = opened;
    try {
      await handle.appendFile(bytes);
      if (this.#options.sync) await handle.datasync();
    } catch (cause) {
      // A part may be there: without it what comes next stays a line of its own.
      await handle.truncate(size);
      throw cause;
    }
    opened.size += bytes.length;
  }

  /** The file, open and with room for this event, after what was there has been put away if need be. */
  async #fileFor({ bytes, day }: Pending): Promise<Opened> {
    const { maxBytes = Number.POSITIVE_INFINITY, daily } = this.#options;
    this.#opened ??= await openFile(this.#path);
    const opened = this.#opened;
    const isFull = opened.size > 0 && opened.size + bytes.length > maxBytes;
    const isOver = daily === true && opened.size > 0 && day !== undefined && day !== opened.day;
    if (isFull || isOver) {
      await this.#close();
      await rename(this.#path, await freePath(`${this.#path}.${opened.day}`));
      this.#opened = await openFile(this.#path);
    }
    if (this.#opened.size === 0 && day !== undefined) this.#opened.day = day;
    return this.#opened;
  }

  async #close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.handle.close();
  }
}

async function openFile(path: string): Promise<Opened> {
  const handle = await open(path, "a+", MODE);
  try {
    const { size, mtimeMs } = await handle.stat();
    const day = dayOf(mtimeMs) ?? "";
    if (size === 0 || (await lastByte(handle, size)) === NEW_LINE) return { handle, size, day };
    // Whoever wrote here last did not get to the end of a line.
    await handle.appendFile("\n");
    return { handle, size: size + 1, day };
  } catch (cause) {
    await handle.close();
    throw cause;
  }
}

async function lastByte(handle: FileHandle, size: number): Promise<number | undefined> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0];
}

/** The first of `start.1`, `start.2`, … that is not there. */
async function freePath(start: string): Promise<string> {
  for (let number = 1; ; number++) {
    const path = `${start}.${number}`;
    if (!(await exists(path))) return path;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "ENOENT") return false;
    throw error;
  }
}

/** The day of a time in UTC, `2026-01-31`. */
function dayOf(time: unknown): string | undefined {
  if (typeof time !== "number" || !(Math.abs(time) <= 8.64e15)) return undefined;
  return new Date(time).toISOString().slice(0, 10);
}
