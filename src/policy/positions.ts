import { visit } from "jsonc-parser";
import { escapeSegment, jsonPointer } from "../internal/pointer.js";

/** A place in text; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export const START: Position = { line: 1, column: 1 };

/** Where the keys and values of a JSON text stand. Of a key that stands twice, the last one counts. */
export interface Positions {
  /** The value that a JSON Pointer names. */
  value(pointer: string): Position | undefined;
  /** The key at the end of a JSON Pointer. */
  key(pointer: string): Position | undefined;
  /** The first place where the text stops being JSON. */
  readonly syntaxError: Position | undefined;
}

const STRICT = { disallowComments: true, allowTrailingComma: false };

/** Maps the text once; costs time and memory in its size, so only a document with problems is mapped. */
export function mapPositions(text: string): Positions {
  const values = new Map<string, Position>();
  const keys = new Map<string, Position>();
  let syntaxError: Position | undefined;
  const at = (line: number, character: number): Position => ({ line: line + 1, column: character + 1 });
  const value = (line: number, character: number, path: readonly (string | number)[]): void => {
    values.set(jsonPointer(path), at(line, character));
  };
  visit(
    text,
    {
      onObjectBegin: (_offset, _length, line, column, path) => value(line, column, path()),
      onArrayBegin: (_offset, _length, line, column, path) => value(line, column, path()),
      onLiteralValue: (_value, _offset, _length, line, column, path) => value(line, column, path()),
      onObjectProperty: (key, _offset, _length, line, column, path) => {
        keys.set(`${jsonPointer(path())}/${escapeSegment(key)}`, at(line, column));
      },
      onError: (_code, _offset, _length, line, column) => {
        syntaxError ??= at(line, column);
      },
    },
    STRICT,
  );
  return { value: (pointer) => values.get(pointer), key: (pointer) => keys.get(pointer), syntaxError };
}
