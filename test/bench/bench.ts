import { benchClassify } from "./classify.ts";

/** What `npm run bench -- <name>` measures and prints. */
const BENCHES: ReadonlyMap<string, (options: readonly string[]) => void | Promise<void>> = new Map([
  ["classify", benchClassify],
]);

const [name = "", ...options] = process.argv.slice(2);
const bench = BENCHES.get(name);
if (bench === undefined) {
  process.stderr.write(`there is no benchmark \`${name}\`: ${[...BENCHES.keys()].join(", ")}\n`);
  process.exitCode = 2;
} else {
  await bench(options);
}
