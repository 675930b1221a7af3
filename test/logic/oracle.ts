import { createRequire } from "node:module";

/** The part of json-logic-js that the tests use; it comes without types. */
interface JsonLogic {
  apply(logic: unknown, data: unknown): unknown;
}

const jsonLogic = createRequire(import.meta.url)("json-logic-js") as JsonLogic;

/** What json-logic-js makes of `logic`. */
export function oracle(logic: unknown, data: unknown): unknown {
  return jsonLogic.apply(logic, data);
}
