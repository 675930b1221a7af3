import { html, type Markup } from "./html/markup.js";
import { tiles } from "./html/outcomes.js";
import {
  endsSection,
  grantsSection,
  incidentsSection,
  isNear,
  limitsSection,
  rulesSection,
  shadowSection,
  toolsSection,
  unusedSection,
} from "./html/sections.js";
import { STYLE } from "./html/style.js";
import { counted, momentText, outside, percent } from "./html/text.js";
import { timeline } from "./html/timeline.js";
import type { AuditSummary } from "./summary.js";

export interface RenderOptions {
  /** The heading, as text. Default `Tool calls`. */
  readonly title?: string | undefined;
}

/** Nothing may be fetched and no script may run, even if markup ever got in. */
const CONTENT_SECURITY = "default-src 'none'; style-src 'unsafe-inline'";

/**
 * A summary as one HTML page that needs nothing else: no network, no script, light or dark as its reader has set.
 * Names and messages stand in it as text, long ones cut, invisible characters written out.
 */
export function renderReport(summary: AuditSummary, options: RenderOptions = {}): string {
  const { title = "Tool calls" } = options;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
<p>${periodOf(summary)}</p>
${toLookAt(summary)}</header>
${tiles(summary.total)}
<section id="time"><h2>Calls over time</h2>
${timeline(summary.series)}
</section>
${limitsSection(summary)}${toolsSection(summary)}${rulesSection(summary)}${grantsSection(summary)}
${shadowSection(summary)}${unusedSection(summary)}
<div class="pair">${endsSection(summary)}${incidentsSection(summary)}</div>
<footer>${counted(summary.events, "event")} read. This page holds no values of arguments.</footer>
</main>
</body>
</html>
`;
  return page.toString();
}

function periodOf({ from, to, total }: AuditSummary): Markup {
  if (from === undefined || to === undefined) return html`No calls at known times.`;
  return html`${momentText(from)} to ${momentText(to)} (UTC). ${percent(total.allowed / total.calls)} of ${counted(total.calls, "call")} allowed.`;
}

/** What a person should look at first, each a link to where it is told. */
function toLookAt({ limits, shadow, unused, incidents, rules }: AuditSummary): Markup {
  const near = limits.filter(isNear).length;
  const would = shadow.reduce((sum, { calls }) => sum + calls, 0);
  const refused = incidents.filter(({ type }) => type === "refusal").reduce((sum, { events }) => sum + events, 0);
  const [first] = rules;
  const items = [
    first && { to: "rules", text: html`Refuses most: ${outside(first.rule)}` },
    near > 0 && { to: "limits", text: html`${counted(near, "limit")} reached or nearly` },
    would > 0 && { to: "shadow", text: html`${counted(would, "call")} that shadow rules would refuse` },
    unused !== undefined &&
      unused.length > 0 && { to: "unused", text: html`${counted(unused.length, "tool")} never called` },
    refused > 0 && { to: "incidents", text: html`${counted(refused, "malformed message")}` },
  ].filter((item) => typeof item === "object");
  if (items.length === 0) return html``;
  return html`<ul class="look">${items.map(({ to, text }) => html`<li><a href="#${to}">${text}</a></li>`)}</ul>
`;
}
