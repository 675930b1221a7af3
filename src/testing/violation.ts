/** A promise that was not kept; the message says which part of it. */
export class ContractViolation extends Error {
  override readonly name = "ContractViolation";
}

/** Holds `actual` to `expected` by their JSON text, in which no number is a string. */
export function same(what: string, actual: unknown, expected: unknown): void {
  const [found, wanted] = [show(actual), show(expected)];
  if (found !== wanted) throw new ContractViolation(`${what}: expected ${wanted}, got ${found}`);
}

export function holds(what: string, condition: boolean): void {
  if (!condition) throw new ContractViolation(`does not hold: ${what}`);
}

/** What `work` throws or rejects with. A success is a violation. */
export async function failure(what: string, work: () => unknown): Promise<unknown> {
  let answer: unknown;
  try {
    answer = await work();
  } catch (error) {
    return error;
  }
  throw new ContractViolation(`${what}: expected a failure, got ${show(answer)}`);
}

function show(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) => {
      if (typeof part === "bigint") return `the bigint ${part}`;
      return typeof part === "number" && !Number.isFinite(part) ? `the number ${part}` : part;
    }) ?? typeof value
  );
}
