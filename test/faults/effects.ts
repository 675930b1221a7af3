import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What calls really did: a line each in a file that outlives the processes which write it. */
export interface Effects {
  readonly path: string;
  /** How many effects calls of a tool had for a grant. */
  count(grant: string, tool: string): number;
  remove(): void;
}

export function createEffects(): Effects {
  const directory = mkdtempSync(join(tmpdir(), "callgate-effects-"));
  const path = join(directory, "effects");
  writeFileSync(path, "");
  return {
    path,
    count: (grant, tool) => {
      const line = lineOf(grant, tool);
      return readFileSync(path, "utf8")
        .split(/(?<=\n)/)
        .filter((written) => written === line).length;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Has an effect: in the file when this returns, whatever becomes of the process. */
export function haveEffect(path: string, grant: string, tool: string): void {
  appendFileSync(path, lineOf(grant, tool));
}

function lineOf(grant: string, tool: string): string {
  return `${grant}\t${tool}\n`;
}
