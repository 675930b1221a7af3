#!/usr/bin/env node
import { readFile } from "node:fs/promises";
import host from "node:process";
import { check, USAGE } from "./cli/check.js";

const [command, ...args] = host.argv.slice(2);

if (command === "check") {
  host.exitCode = await check(args, {
    readFile,
    print: (line) => host.stdout.write(`${line}\n`),
    complain: (line) => host.stderr.write(`${line}\n`),
  });
} else {
  const asksForHelp = command === undefined || ["help", "--help", "-h"].includes(command);
  (asksForHelp ? host.stdout : host.stderr).write(`${USAGE}\n`);
  host.exitCode = asksForHelp ? 0 : 2;
}
