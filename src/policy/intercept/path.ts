import { ARGS } from "./document.js";

const PLAIN_NAME = /^[^.[\]"'\s\p{Cc}]+$/u;

/**
 * The path here for `args.a.b` there, where a dot always descends and nothing else is special: `args.items[0]` is the
 * argument named `items[0]`.
 */
export function argumentPath(path: string): string {
  const names = path.slice(ARGS.length).split(".");
  return `args${names.map((name) => (PLAIN_NAME.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`)).join("")}`;
}
