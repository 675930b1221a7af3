import { readdirSync, readFileSync } from "node:fs";

/** A schema of the official suite with the values that must fit it or not. */
export interface SuiteGroup {
  /** `file: description`, as the list of refused groups names it. */
  readonly name: string;
  readonly schema: unknown;
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
}

export type Draft = "draft2020-12" | "draft7";

const folder = new URL("../fixtures/json-schema-test-suite/", import.meta.url);

/** Every required group of a draft. */
export function suiteGroups(draft: Draft): readonly SuiteGroup[] {
  return readdirSync(new URL(draft, folder)).flatMap((file) => {
    const groups = JSON.parse(readFileSync(new URL(`${draft}/${file}`, folder), "utf8")) as (Omit<
      SuiteGroup,
      "name"
    > & {
      readonly description: string;
    })[];
    return groups.map(({ description, schema, tests }) => ({
      name: `${file.replace(".json", "")}: ${description}`,
      schema: draft === "draft7" ? inDraft7(schema) : schema,
      tests,
    }));
  });
}

/** The suite of draft-07 leaves it to the runner to say which draft it is. */
function inDraft7(schema: unknown): unknown {
  return typeof schema === "boolean"
    ? schema
    : { $schema: "http://json-schema.org/draft-07/schema#", ...Object(schema) };
}
