import { CALL_OUTCOMES, type CallOutcome, type OutcomeCounts } from "../outcome.js";
import { html, type Markup } from "./markup.js";
import { counted, number, percent } from "./text.js";

/** What a reader is told of each outcome. */
const MEANINGS: Readonly<Record<CallOutcome, { readonly label: string; readonly meaning: string }>> = {
  allowed: { label: "Allowed", meaning: "ran" },
  denied: { label: "Denied", meaning: "refused by a rule or the default" },
  limited: { label: "Limited", meaning: "refused by a limit" },
  waiting: { label: "Waiting", meaning: "owe an approval" },
  unavailable: { label: "Unavailable", meaning: "refused, as nothing could be decided" },
};

export function labelOf(outcome: CallOutcome): string {
  return MEANINGS[outcome].label;
}

/** The total, and beside it each outcome with its share. */
export function tiles(total: OutcomeCounts): Markup {
  const tile = (outcome: CallOutcome): Markup => html`
<div class="tile${total[outcome] === 0 ? " zero" : ""}">
<dt><span class="key ${outcome}"></span>${labelOf(outcome)}</dt>
<dd><strong>${number(total[outcome])}</strong> <span>${percent(total[outcome] / Math.max(1, total.calls))}</span></dd>
<dd class="meaning">${MEANINGS[outcome].meaning}</dd>
</div>`;
  return html`<dl class="tiles">
<div class="tile all"><dt>Calls</dt><dd><strong>${number(total.calls)}</strong></dd><dd class="meaning">in this record</dd></div>
${CALL_OUTCOMES.map(tile)}</dl>`;
}

/** A bar of `counts`, as long as their share of `most`, in the colours of the outcomes. The numbers stand beside it. */
export function stackedBar(counts: OutcomeCounts, most: number): Markup {
  let x = 0;
  const parts = CALL_OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => {
    const width = (counts[outcome] / Math.max(1, most)) * 100;
    const part = html`<rect class="${outcome}" x="${x}" width="${width}" height="10"/>`;
    x += width;
    return part;
  });
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`;
}

/** `12 calls: 10 allowed, 2 denied`. */
export function countsText(counts: OutcomeCounts): string {
  const parts = CALL_OUTCOMES.filter((outcome) => counts[outcome] > 0).map(
    (outcome) => `${number(counts[outcome])} ${outcome}`,
  );
  return parts.length === 0 ? "no calls" : `${counted(counts.calls, "call")}: ${parts.join(", ")}`;
}
