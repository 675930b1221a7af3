import { guardFilesystem } from "./demo/filesystem.ts";
import { Report } from "./demo/report.ts";
import { guardVenice } from "./demo/venice.ts";

const report = new Report();
await guardFilesystem(report);
await guardVenice(report);
console.log(
  report.surprises === 0
    ? "\nEvery outcome was the expected one."
    : `\n${report.surprises} outcomes were not the expected ones, marked with !!.`,
);
process.exitCode = report.surprises === 0 ? 0 : 1;
