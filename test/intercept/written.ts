import { fromIntercept, type PolicyDocument, PolicyError, type PolicyIssue } from "callgate";
import { parse } from "yaml";

/** An Intercept document as its author writes it, `version` and the margin of a template literal left out. */
export function written(yaml: string): unknown {
  const lines = yaml.replace(/^\n/, "").split("\n");
  const margin = /^ */.exec(lines[0] ?? "")?.[0].length ?? 0;
  return parse(`version: "1"\n${lines.map((line) => line.slice(margin)).join("\n")}`);
}

export function converted(yaml: string): PolicyDocument {
  return fromIntercept(written(yaml));
}

/** What `fromIntercept` refuses a document with. */
export function refusal(document: unknown): readonly PolicyIssue[] {
  try {
    fromIntercept(document);
  } catch (error) {
    if (error instanceof PolicyError) return error.issues;
    throw error;
  }
  throw new Error("the document was not refused");
}
