import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";

const folder = new URL("../fixtures/intercept/", import.meta.url);

/** The 26 policies that Intercept publishes. */
export const PUBLISHED: readonly string[] = readdirSync(new URL("policies/", folder)).map((name) => `policies/${name}`);

/** A file under test/fixtures/intercept, as a caller of `fromIntercept` reads it. */
export function readFixture(name: string): unknown {
  return parse(readFileSync(new URL(name, folder), "utf8"));
}
