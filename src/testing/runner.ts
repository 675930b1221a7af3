/** Where tests are put: `describe` and `test` of vitest or node:test, mocha's `describe` and `it`, or the like. */
export interface TestRunner {
  /** Groups tests; without it, the name of a test begins with the name of its group. */
  readonly describe?: ((name: string, define: () => void) => unknown) | undefined;
  readonly test: (name: string, run: () => Promise<void>) => unknown;
}

/** Puts `define`'s tests into a group called `name`. */
export function group(runner: TestRunner, name: string, define: (test: TestRunner["test"]) => void): void {
  if (runner.describe === undefined) define((test, run) => runner.test(`${name}: ${test}`, run));
  else runner.describe(name, () => define(runner.test));
}
