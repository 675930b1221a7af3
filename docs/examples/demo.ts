import { guardFilesystem } from "./demo/filesystem.ts";
import { showLanguage } from "./demo/language.ts";
import { shareLimits } from "./demo/limits.ts";
import { Report } from "./demo/report.ts";
import { showScans } from "./demo/scan.ts";
import { guardVenice } from "./demo/venice.ts";

/** What `npm run demo -- <name>` shows; each says how many outcomes were not the expected ones. */
const DEMOS: ReadonlyMap<string, () => Promise<number>> = new Map([
  ["calls", guardCalls],
  ["language", showLanguage],
  ["limits", shareLimits],
  ["scan", showScans],
]);

async function guardCalls(): Promise<number> {
  const report = new Report();
  await guardFilesystem(report);
  await guardVenice(report);
  return report.surprises;
}

const [name = "calls"] = process.argv.slice(2);
const demo = DEMOS.get(name);
if (demo === undefined) {
  console.error(`there is no demo \`${name}\`: ${[...DEMOS.keys()].join(", ")}`);
  process.exitCode = 2;
} else {
  const surprises = await demo();
  console.log(
    surprises === 0
      ? "\nEvery outcome was the expected one."
      : `\n${surprises} outcomes were not the expected ones, marked with !!.`,
  );
  process.exitCode = surprises === 0 ? 0 : 1;
}
