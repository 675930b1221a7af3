import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { difference, readSurface } from "../structure/surface.js";

const SECTIONS: readonly (readonly [heading: string, type: string])[] = [
  ["Errors that are thrown", "ErrorCode"],
  ["Problems of a policy", "PolicyIssueCode"],
  ["Problems that `checkPolicy` finds", "PolicyCheckCode"],
  ["Codes of decisions", "DecisionCode"],
  ["Codes of refused messages", "RefusalCode"],
  ["Codes of notices", "NoticeCode"],
];

const text = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
const surface = readSurface(["src/index.ts"]);

/** The codes that have a heading under a section's heading. */
function headings(document: string, section: string): string[] {
  const body = document.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? "";
  return [...body.matchAll(/^### `([a-z_]+)`$/gm)].map((match) => match[1] ?? "");
}

describe("docs/errors.md", () => {
  test.each(SECTIONS)("%s: every code has a heading, and no other", (section, type) => {
    const codes = surface.literals("src/index.ts", type);
    expect(difference(codes, headings(text, section))).toEqual({ missing: [], extra: [] });
  });

  test("a heading that is gone, or that no code has, is seen", () => {
    const planted = text.replace("### `batch`", "### `butch`");
    const found = difference(
      surface.literals("src/index.ts", "RefusalCode"),
      headings(planted, "Codes of refused messages"),
    );
    expect(found).toEqual({ missing: ["batch"], extra: ["butch"] });
  });
});
