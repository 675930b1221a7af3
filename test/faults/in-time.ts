/** Far beyond every deadline of a gate or a store, and what a busy machine adds: who is not done by now never will be. */
export const HANGS_MS = 10_000;

/** The answer, or an error that says what hangs. */
export async function inTime<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} hangs`)), HANGS_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Asks until the answer is the wanted one, so often. */
export async function eventually(holds: () => Promise<boolean>, what: string, everyMs = 5): Promise<void> {
  const giveUp = performance.now() + HANGS_MS;
  while (!(await inTime(holds(), what))) {
    if (performance.now() > giveUp) throw new Error(`${what} does not come`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
