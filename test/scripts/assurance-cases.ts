/** The cases of the threat catalogue that this version answers for, and the hazards of the MCP SDKs. */
export const CASES: readonly string[] = [
  ...ids("A", "01 02 04 05 07 08 10 11 13 14 16 17 19 20 22 25 26"),
  ...ids("B", "01 02 04 05 07 08 10 11 13 14"),
  ...ids("C", "01 02 04 05 07 08 10 11 13 14 16 17 19 20 22 23 25 26 28 29 31 32 34"),
  ...ids("D", "01 02 04 05 07 08 10 11 13 14 16 17 19 20 22 23"),
  ...ids("E", "01 02 04 05 07 08 10 11 13 14"),
  ...ids("F", "01 02 04 05 07 08 10 11 13 14 16"),
  ...ids("G", "01 02 04 05 07 08 10"),
  ...ids("H", "01 02 04 05 07"),
  ...ids("I", "01 02 04 05 07 08 10 11 13 14 16"),
  ...ids("J", "01 02 04 05 07 08"),
  ...ids("K", "01 02 04 05 07 08 10 11 13"),
  ...ids("N", "01 02 04 05 07"),
  ...ids("O", "01 02 04 05 07 08 10 11 13 14"),
  ...ids("P", "01 02 04 05 07 08 10"),
  ...ids("Q", "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20"),
  ...[
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 31, 32, 33,
  ].map((n) => `hazard ${n}`),
];

/** Why a case has no test of its own. Each is a limit that is written down, or waits for what it is about. */
export const NO_TEST: ReadonlyMap<string, string> = new Map([
  ["C22", "paths are judged as text: a link inside an allowed directory cannot be seen"],
  ["D23", "policies are read by `JSON.parse`; messages arrive decoded"],
  ["F13", "shadow mode does not exist yet"],
  ["F14", "a gate without a store has the memory store"],
  ["G10", "approvals do not exist yet; a policy that asks for one denies"],
  ["P04", "the name of a grant is the operator's to make; `grantFromAuthInfo` does not exist yet"],
  ["P07", "grants do not expire yet"],
  ["P08", "rules on a caller's roles do not exist yet"],
  ["Q19", "documented in docs/gate.md: the memory store counts in each process"],
  ["hazard 4", "documented in docs/mcp.md: a handler that is called in-process crosses no wire"],
  ["Q20", "approvals do not exist yet"],
]);

function ids(section: string, numbers: string): string[] {
  return numbers.split(" ").map((number) => section + number);
}
