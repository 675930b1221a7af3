/**
 * Writes `src/policy/policy.schema.json`: the JSON Schema of a policy, made from the shapes that the parser holds
 * documents to and the comments on the types in `document.ts`. With `--check` it says whether the file is what it would write.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { generatePolicySchema } from "./policy-schema-from-shapes.ts";

const file = fileURLToPath(new URL("../../src/policy/policy.schema.json", import.meta.url));
const wanted = `${JSON.stringify(generatePolicySchema(), undefined, 2)}\n`;

if (!process.argv.includes("--check")) writeFileSync(file, wanted);
else if (readFileSync(file, "utf8") !== wanted) {
  console.error("src/policy/policy.schema.json is not up to date: run `npm run policy-schema`");
  process.exitCode = 1;
}
