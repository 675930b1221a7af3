import { visit } from "jsonc-parser";
import { copyJson, NotJsonError } from "../internal/json-copy.js";
import { quote } from "../internal/quote.js";
import type { Finding } from "./issue.js";
import { type Position, START } from "./positions.js";

/** Bounds on a policy document; one over is an error. */
export const SOURCE_LIMITS = { bytes: 1_048_576, depth: 64 } as const;

/** The largest number of values a document of the largest size can hold: one in every two bytes. */
const MAX_VALUES = SOURCE_LIMITS.bytes / 2;

/** What was read: a value to check further, unless there is none, and what is wrong already. */
export interface ReadSource {
  readonly value?: unknown;
  readonly findings: readonly Finding[];
  /** The source, where it was text that positions can be found in. */
  readonly text?: string;
}

/**
 * Turns what the caller gave into a tree of plain values that shares nothing with it: JSON text, its UTF-8 bytes, or
 * a value. Objects of the tree have no prototype, so `__proto__` is a key like any other.
 */
export function readSource(source: unknown): ReadSource {
  if (ArrayBuffer.isView(source)) return readBytes(source);
  if (typeof source === "string") return readText(source.startsWith("\uFEFF") ? source.slice(1) : source);
  const read = readValue(source);
  return sizeOf(read.value) > SOURCE_LIMITS.bytes ? refuse(tooLarge()) : read;
}

function readBytes(bytes: ArrayBufferView): ReadSource {
  if (bytes.byteLength > SOURCE_LIMITS.bytes + 3) return refuse(tooLarge());
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse({ code: "invalid_encoding", path: [], message: "policy must be UTF-8 text" });
  }
  return readText(text);
}

function readText(text: string): ReadSource {
  if (text.length > SOURCE_LIMITS.bytes || new TextEncoder().encode(text).length > SOURCE_LIMITS.bytes) {
    return refuse({ ...tooLarge(), position: START });
  }
  const deepAt = tooDeepAt(text);
  if (deepAt !== undefined) return refuse({ ...tooDeep([]), position: positionOf(text, deepAt) });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { text, findings: [{ code: "invalid_json", path: [], message: "policy is not JSON" }] };
  }
  const read = readValue(parsed);
  return { ...read, text, findings: [...duplicateKeys(text), ...read.findings] };
}

function readValue(source: unknown): ReadSource {
  try {
    const value = copyJson(source, {
      depth: SOURCE_LIMITS.depth,
      values: MAX_VALUES,
      undefinedKeys: "refuse",
      prototype: null,
    });
    return { value, findings: [] };
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error;
    if (error.fault === "too_large") return refuse(tooLarge());
    if (error.fault === "too_deep") return refuse(tooDeep(error.path));
    return refuse({ code: "not_json", path: error.path, message: `policy must be JSON, found ${error.message}` });
  }
}

/** A lower bound of the document's size as text: its characters, and one for every value. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length + 1;
  if (value === null || typeof value !== "object") return 1;
  let size = 1;
  for (const [key, member] of Object.entries(value)) size += (Array.isArray(value) ? 0 : key.length) + sizeOf(member);
  return size;
}

/** Where the text first opens more objects and arrays than may nest. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (inString) {
      if (char === "\\") i++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") {
      if (++depth > SOURCE_LIMITS.depth) return i;
    } else if (char === "}" || char === "]") depth--;
  }
  return undefined;
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

function duplicateKeys(text: string): Finding[] {
  const findings: Finding[] = [];
  const open: Map<string, number>[] = [];
  visit(text, {
    onObjectBegin: () => void open.push(new Map()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty: (key, _offset, _length, _line, _column, path) => {
      const times = (open.at(-1)?.get(key) ?? 0) + 1;
      open.at(-1)?.set(key, times);
      if (times === 2) {
        const message = `key ${quote(key)} stands twice in one object`;
        findings.push({ code: "duplicate_key", path: [...path(), key], atKey: true, message });
      }
    },
  });
  return findings;
}

function tooLarge(): Finding {
  return { code: "too_large", path: [], message: `policy must not be larger than ${SOURCE_LIMITS.bytes} bytes` };
}

function tooDeep(path: readonly (string | number)[]): Finding {
  return { code: "too_deep", path, message: `policy must not nest deeper than ${SOURCE_LIMITS.depth}` };
}

function refuse(finding: Finding): ReadSource {
  return { findings: [finding] };
}
