import { quote } from "../internal/quote.js";
import { mapPositions } from "../policy/positions.js";

/** Where the command reads its files. */
export interface FileHost {
  readFile(path: string): Promise<Uint8Array>;
}

/** @throws Error that says which file cannot be read. */
export async function readFile(path: string, host: FileHost): Promise<Uint8Array> {
  try {
    return await host.readFile(path);
  } catch {
    throw new Error(`cannot read ${quote(path)}`);
  }
}

/**
 * The tools that a file lists: an answer to tools/list, its result, or the list in it.
 *
 * @throws Error that says what is wrong with the file, and where.
 */
export async function readTools(path: string, host: FileHost): Promise<readonly unknown[]> {
  const text = new TextDecoder().decode(await readFile(path, host));
  const listed = listIn(parseJson(text, path));
  if (listed === undefined) throw new Error(`${quote(path)} has no list of tools: expected an answer to tools/list`);
  return listed;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const { syntaxError } = mapPositions(text);
    const place = syntaxError === undefined ? "" : `, at ${syntaxError.line}:${syntaxError.column}`;
    throw new Error(`${quote(path)} is not JSON${place}`);
  }
}

function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (value === null || typeof value !== "object") return undefined;
  for (const member of ["result", "tools"]) {
    if (Object.hasOwn(value, member)) return listIn(Reflect.get(value, member));
  }
  return undefined;
}
