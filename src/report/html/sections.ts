import type { OutcomeCounts } from "../outcome.js";
import type { AuditSummary, LimitUse, NameUse } from "../summary.js";
import { html, type Markup } from "./markup.js";
import { labelOf, stackedBar } from "./outcomes.js";
import { type Column, table } from "./table.js";
import { counted, momentText, number, outside, percent } from "./text.js";

/** From what share on a limit is nearly reached. */
const NEAR = 0.8;

const MOST_UNUSED = 200;

const COUNTS: readonly Column[] = [
  { head: "Calls", shows: "number" },
  { head: "", shows: "bar" },
  { head: "Allowed", shows: "number" },
  { head: "Denied", shows: "number" },
  { head: "Limited", shows: "number" },
  { head: "Waiting", shows: "number" },
];

/** Whether somebody should look at a limit: it refused calls, or is about to. */
export function isNear({ used, refused }: LimitUse): boolean {
  return refused > 0 || used >= NEAR;
}

export function toolsSection({ names }: AuditSummary): Markup {
  const most = mostCalls(names);
  const where = placesOf(names);
  const rows = names.map((use) => [nameOf(use, where), ...countsCells(use, most)]);
  const text = html`<p>What was called, the most often first.</p>`;
  return section("tools", "Tools", text, rows.length > 0 && table([{ head: "Name", shows: "name" }, ...COUNTS], rows));
}

export function grantsSection({ grants }: AuditSummary): Markup {
  const most = mostCalls(grants);
  const rows = grants.map((use) => [outside(use.grant), use.names, ...countsCells(use, most)]);
  const columns: Column[] = [
    { head: "Grant", shows: "name" },
    { head: "Tools", shows: "number" },
  ];
  const text = html`<p>Who called, and how many different things.</p>`;
  return section("grants", "Grants", text, rows.length > 0 && table([...columns, ...COUNTS], rows));
}

export function rulesSection({ rules, total }: AuditSummary): Markup {
  const columns: Column[] = [
    { head: "Rule", shows: "name" },
    { head: "Outcome", shows: "text" },
    { head: "Calls", shows: "number" },
    { head: "Of what", shows: "text" },
  ];
  const rows = rules.map(({ rule, outcome, calls, names }) => [
    outside(rule),
    html`<span class="outcome"><span class="key ${outcome}"></span>${labelOf(outcome)}</span>`,
    calls,
    listed(names),
  ]);
  const refused = total.calls - total.allowed;
  const text = html`<p>What kept ${counted(refused, "call")} from running.</p>`;
  return section("rules", "Rules", text, rows.length > 0 && table(columns, rows), "No call was refused.");
}

export function limitsSection({ limits }: AuditSummary): Markup {
  const columns: Column[] = [
    { head: "Limit", shows: "name" },
    { head: "Of", shows: "text" },
    { head: "Used at the most", shows: "bar" },
    { head: "", shows: "text" },
    { head: "Refused", shows: "number" },
    { head: "When (UTC)", shows: "text" },
  ];
  const near = limits.filter(isNear);
  const where = placesOf(limits);
  const rows = near.map((use) => [
    outside(use.rule),
    ownerOf(use, where),
    meter(use),
    usedText(use),
    use.refused,
    html`<span class="nowrap">${momentText(use.time)}</span>`,
  ]);
  const others = limits.length - near.length;
  const text = html`<p>Limits that refused a call, or of which less than a fifth was left. ${
    others > 0 ? `${counted(others, "other counter")} had more left.` : ""
  }</p>`;
  return section(
    "limits",
    "Limits nearly reached",
    text,
    rows.length > 0 && table(columns, rows),
    "No limit came near.",
  );
}

export function shadowSection({ shadow }: AuditSummary): Markup {
  const columns: Column[] = [
    { head: "Rule", shows: "name" },
    { head: "Code", shows: "text" },
    { head: "Calls", shows: "number" },
    { head: "Of what", shows: "text" },
  ];
  const rows = shadow.map(({ rule, code, calls, names }) => [outside(rule), outside(code), calls, listed(names)]);
  const text = html`<p>What rules in shadow mode would have refused. These calls ran.</p>`;
  return section("shadow", "Shadow findings", text, rows.length > 0 && table(columns, rows), "There are none.");
}

export function unusedSection({ unused }: AuditSummary): Markup {
  if (unused === undefined) return html``;
  const names = unused.slice(0, MOST_UNUSED).map((name) => html`<li>${outside(name)}</li>`);
  const more = unused.length - names.length;
  const list = html`<ul class="chips">${names}</ul>${more > 0 ? html`<p class="more">and ${number(more)} more</p>` : ""}`;
  const text = html`<p>${counted(unused.length, "tool")} of those on offer. What nobody needs, a policy need not allow.</p>`;
  return section("unused", "Tools nobody called", text, unused.length > 0 && list, "Every tool on offer was called.");
}

export function endsSection({ results }: AuditSummary): Markup {
  const columns: Column[] = [
    { head: "End", shows: "name" },
    { head: "Calls", shows: "number" },
  ];
  const rows = results.map(({ result, calls }) => [outside(result), calls]);
  const text = html`<p>What became of the calls that were allowed.</p>`;
  return section("ends", "How calls ended", text, rows.length > 0 && table(columns, rows));
}

export function incidentsSection({ incidents }: AuditSummary): Markup {
  const columns: Column[] = [
    { head: "Code", shows: "name" },
    { head: "Kind", shows: "text" },
    { head: "Events", shows: "number" },
    { head: "Last message", shows: "text" },
  ];
  const rows = incidents.map(({ type, code, events, message }) => [outside(code), type, events, outside(message)]);
  const text = html`<p>Messages refused for their shape, and what the gate gave notice of.</p>`;
  return section("incidents", "Refused messages and notices", text, rows.length > 0 && table(columns, rows));
}

function section(
  id: string,
  title: string,
  text: Markup,
  content: Markup | false,
  nothing = "Nothing was recorded.",
): Markup {
  const body = content === false ? html`<p class="empty">${nothing}</p>` : [text, content];
  return html`<section id="${id}"><h2>${title}</h2>
${body}
</section>
`;
}

function mostCalls(rows: readonly OutcomeCounts[]): number {
  return rows.reduce((most, { calls }) => Math.max(most, calls), 0);
}

function countsCells(counts: OutcomeCounts, most: number): (Markup | number)[] {
  const { calls, allowed, denied, limited, waiting } = counts;
  return [calls, stackedBar(counts, most), allowed, denied, limited, waiting];
}

/** Says on which server something is, as far as there are several. */
type PlaceOf = (server: string) => Markup;

function placesOf(rows: readonly { readonly server: string }[]): PlaceOf {
  const several = new Set(rows.map(({ server }) => server)).size > 1;
  return (server) => (several && server !== "" ? html` <small>on ${outside(server)}</small>` : html``);
}

function nameOf({ kind, name, server }: NameUse, where: PlaceOf): Markup {
  return html`${outside(name)}${kind === "tool" ? "" : html` <small>${kind}</small>`}${where(server)}`;
}

function listed(names: readonly string[]): Markup[] {
  return names.map((name, index) => html`${index === 0 ? "" : ", "}${outside(name)}`);
}

function ownerOf({ scope, owner, server }: LimitUse, where: PlaceOf): Markup {
  const whose = scope === "global" ? html`everybody` : html`${scope} ${outside(owner)}`;
  return html`${whose}${where(server)}`;
}

function meter({ used, refused }: LimitUse): Markup {
  const level = refused > 0 ? "denied" : "limited";
  return html`<svg class="bar meter" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="rest" width="100" height="10"/><rect class="${level}" width="${used * 100}" height="10"/></svg>`;
}

function usedText({ max, left, used }: LimitUse): Markup {
  return html`<span class="nowrap">${number(max - left)} of ${number(max)} (${percent(used)})</span>`;
}
