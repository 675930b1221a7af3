import { quote } from "../internal/quote.js";

/** Text of a server as code: it cannot end the code, and shows what is invisible. */
export function code(text: string, longest?: number): string {
  return quote(text.replaceAll("`", "'"), longest);
}

/** A row of a table, whatever stands in its cells. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
