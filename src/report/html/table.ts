import { type Content, html, type Markup } from "./markup.js";
import { number } from "./text.js";

export interface Column {
  readonly head: string;
  /** `name` is what a row is about; `number` stands to the right; `bar` takes the room that is left. */
  readonly shows: "name" | "text" | "number" | "bar";
}

/** The most rows of a table that a person reads. */
const MOST_ROWS = 20;

/** A table of at most so many rows, and how many more there are. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
  most: number = MOST_ROWS,
): Markup {
  const heads = columns.map(({ head, shows }) => html`<th scope="col" class="${shows}">${head}</th>`);
  const body = rows.slice(0, most).map((contents) => {
    const cells = columns.map((column, index) => cell(column, contents[index] ?? ""));
    return html`<tr>${cells}</tr>\n`;
  });
  const more = rows.length - most;
  return html`<div class="scroll" tabindex="0"><table>
<thead><tr>${heads}</tr></thead>
<tbody>
${body}</tbody></table></div>${more > 0 ? html`<p class="more">and ${number(more)} more</p>` : ""}`;
}

function cell({ shows }: Column, content: Content): Markup {
  if (shows === "name") return html`<th scope="row" class="name">${content}</th>`;
  const text = typeof content === "number" ? number(content) : content;
  return html`<td class="${shows}${content === 0 ? " zero" : ""}">${text}</td>`;
}
