import { isPromiseLike, type MaybePromise } from "../internal/maybe.js";

/** Something that text can be written to: a stream of Node.js, or anything with `write`. */
export interface TextWriter {
  /** May answer a promise. A stream says by `done` that the text was written, and by `false` that it has enough for now. */
  write(text: string, done?: (error?: Error | null) => void): unknown;
  /** What a stream has: by it a writer is known to be one. */
  once?(event: "drain", listener: () => void): unknown;
  on?(event: "error", listener: (error: Error) => void): unknown;
}

export interface JsonlSinkOptions {
  /**
   * When an event counts as recorded that goes to a stream: `written` (default), when the stream has passed it on;
   * `accepted`, as soon as the stream has room for more. Other writers say it themselves, by what `write` answers.
   */
  readonly acknowledge?: "written" | "accepted" | undefined;
}

/** A sink of events, or of whatever else is JSON, as lines of text. */
export interface LineSink {
  (record: object): MaybePromise<void>;
  /** Settles when everything handed in so far is written. */
  readonly flush: () => MaybePromise<void>;
}

/** What ends a line for some readers although it is legal in JSON. JSON itself escapes the rest of its kind. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/** The record as JSON in one line, without the end of the line. */
export function jsonLine(record: object): string {
  return JSON.stringify(record).replace(LINE_ENDS, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * Makes a sink that writes each event as one line of JSON, whatever is in it. Rejects when the writer fails or is closed;
 * a stream that pushes back is waited for.
 */
export function createJsonlSink(writable: TextWriter, options: JsonlSinkOptions = {}): LineSink {
  const isStream = typeof writable.once === "function";
  if (!isStream) return plainSink(writable);
  let broken: Error | undefined;
  // Without a listener an error of the stream would end the process.
  writable.on?.("error", (error) => {
    broken = error;
  });
  const written = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      writable.write(text, (error) => (error ? reject(error) : resolve()));
    });
  let full: Promise<void> | undefined;
  const accepted = (text: string): MaybePromise<void> => {
    if (broken !== undefined) throw broken;
    if (full !== undefined) return full.then(() => accepted(text));
    if (writable.write(text) !== false) return undefined;
    full = new Promise((resolve) => {
      writable.once?.("drain", () => {
        full = undefined;
        resolve();
      });
    });
    return full;
  };
  const write = options.acknowledge === "accepted" ? accepted : written;
  return Object.assign((record: object) => write(`${jsonLine(record)}\n`), { flush: () => written("") });
}

function plainSink(writable: TextWriter): LineSink {
  const waiting = new Set<PromiseLike<unknown>>();
  const sink = (record: object): MaybePromise<void> => {
    const answer: unknown = writable.write(`${jsonLine(record)}\n`);
    if (!isPromiseLike(answer)) return undefined;
    const ended = (): void => void waiting.delete(answer);
    waiting.add(answer);
    answer.then(ended, ended);
    return Promise.resolve(answer).then(() => undefined);
  };
  return Object.assign(sink, { flush: () => Promise.all(waiting).then(() => undefined) });
}
