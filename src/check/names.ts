import { isGlob } from "../internal/glob.js";
import { quote } from "../internal/quote.js";
import type { ClassRules } from "../policy/document.js";
import type { Finding, Segments } from "./finding.js";
import type { Part } from "./part.js";
import type { Subject } from "./subject.js";

/** A pattern that matches every name: stars, and at most the one character that every name has. */
const EVERYTHING = /^(?:\*+|\?\*+|\*+\?\**)$/;

/** Names and patterns that match no tool, entries of hidden tools, and patterns that list whatever there is. */
export function checkNames(subject: Subject): Finding[] {
  const { policy, parts } = subject;
  return [
    ...(policy.hide ?? []).flatMap((name, index) => checkMatch(subject, name, ["hide", index])),
    ...parts.filter(({ path }) => path[0] === "tools").flatMap((part) => checkEntry(subject, part)),
    ...listsEverything(policy.default, policy.tools, ["tools"], "tool"),
    ...classListsEverything(policy.resources, "resources", "resource"),
    ...classListsEverything(policy.prompts, "prompts", "prompt"),
  ];
}

function checkEntry(subject: Subject, { path, tools }: Part): Finding[] {
  const name = String(path.at(-1));
  const unmatched = checkMatch(subject, name, path).map((finding): Finding => ({ ...finding, atKey: true }));
  if (unmatched.length > 0 || tools === undefined || tools.length === 0) return unmatched;
  if (!tools.every((tool) => subject.isHidden(tool))) return [];
  const message = `${quote(name)} is hidden, which denies every call: this entry changes nothing`;
  return [{ severity: "warning", code: "hidden_entry", path, atKey: true, message }];
}

function checkMatch(subject: Subject, name: string, path: Segments): Finding[] {
  // `["*"]` hides whatever the server offers, also nothing.
  if (EVERYTHING.test(name) || subject.matching(name)?.length !== 0) return [];
  if (isGlob(name)) {
    const message = `the pattern ${quote(name)} matches none of the server's tools`;
    return [{ severity: "warning", code: "unmatched_pattern", path, message }];
  }
  const names = subject.offer.tools.map((tool) => tool.name);
  const message = `${quote(name)} is none of the server's tools`;
  return [{ severity: "error", code: "unmatched_name", path, message, help: subject.suggest(name, names) }];
}

function classListsEverything(rules: ClassRules | undefined, section: string, noun: string): Finding[] {
  return rules === undefined ? [] : listsEverything(rules.default, rules.entries, [section, "entries"], noun);
}

function listsEverything(
  byDefault: ClassRules["default"],
  entries: ClassRules["entries"] = {},
  path: Segments,
  noun: string,
): Finding[] {
  if (byDefault !== "deny") return [];
  const help = "list by name or prefix; what is to hold for every tool belongs in `all_tools`";
  return Object.entries(entries)
    .filter(([name, entry]) => EVERYTHING.test(name) && entry.action !== "deny")
    .map(([name]) => ({
      severity: "warning",
      code: "lists_everything",
      path: [...path, name],
      atKey: true,
      message: `${quote(name)} lists every ${noun}, also those that the server adds later`,
      help: noun === "tool" ? help : undefined,
    }));
}
