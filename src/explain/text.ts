import type { Charge } from "../evaluate/decision.js";
import { quote } from "../internal/quote.js";
import { windowText } from "../internal/window.js";
import type { ExplainedCondition, ExplainedEffect, ExplainedStep, ExplainedValue, Explanation } from "./explanation.js";

const MARKS: { readonly [effect in ExplainedEffect]: string } = {
  passes: "ok",
  denies: "DENIES",
  asks: "ASKS",
  counts: "counts",
};

const LONGEST_OPERAND = 60;

/** The explanation as a person reads it in a terminal: the outcome first, then every step on lines of its own. */
export function explanationText(
  name: string,
  { decision, entries, steps }: Pick<Explanation, "decision" | "entries" | "steps">,
): string {
  const by = decision.rule === "" ? "" : ` by ${decision.rule}`;
  const lines = [`${quote(name)}: ${decision.outcome}${by}`];
  if (decision.message !== "") lines.push(`  ${decision.message}`);
  lines.push(entries.length === 0 ? "  no entry applies" : `  entries: ${entries.join(", ")}`);
  lines.push(...steps.flatMap(stepLines));
  const passesSoFar = decision.outcome !== "deny";
  if (passesSoFar && steps.some(({ effect }) => effect === "counts")) lines.push(UNKNOWN);
  return lines.join("\n");
}

const UNKNOWN = "  Not known here: what the counters have reached. The call passes if all of them can be charged.";

function stepLines(step: ExplainedStep): string[] {
  const arrow = step.decided ? "  <- decided" : "";
  const head = `  ${MARKS[step.effect].padEnd(6)}  ${step.stage}  ${step.pointer}${arrow}`;
  switch (step.stage) {
    case "require":
    case "deny_if":
    case "require_approval_if":
      return [
        `${head}${step.conditions.length === 0 ? `  (${step.verdict})` : ""}`,
        ...step.conditions.map(conditionLine),
      ];
    case "limit":
      return [head, `            ${step.charge === undefined ? step.message : chargeText(step.charge)}`];
    case "args":
    case "pin":
      return step.effect === "passes" ? [head] : [head, `            ${step.message}`];
    case "hidden":
    case "listed":
    case "action":
    case "method":
      return [head];
    default:
      return step satisfies never;
  }
}

function conditionLine({ verdict, path, op, operand, found }: ExplainedCondition): string {
  const text = JSON.stringify(operand);
  const cut = text.length > LONGEST_OPERAND ? `${text.slice(0, LONGEST_OPERAND)}…` : text;
  const seen = found.length === 0 ? "nothing" : found.map(valueText).join(", ");
  return `            ${verdict.padEnd(5)}  ${path} ${op} ${cut}  (${seen})`;
}

function valueText({ pointer, type, ...rest }: ExplainedValue): string {
  const shown = Object.hasOwn(rest, "value") ? ` ${quote(JSON.stringify(rest.value))}` : "";
  return `${pointer}: ${type}${shown}`;
}

function chargeText({ counter, scope, window, amount, max, min }: Charge): string {
  const bounds = [
    ...(max === undefined ? [] : [`at most ${max}`]),
    ...(min === undefined ? [] : [`at least ${min.value} before`]),
  ];
  const held = bounds.length === 0 ? "only counted" : bounds.join(", ");
  return `${amount} to ${quote(counter)} (${windowText(window)}, ${scope}): ${held}`;
}
