/**
 * Settles with `work`, or rejects when `ms` milliseconds have passed or `signal` aborts, whichever is first.
 * A late answer of `work` is ignored and a late rejection is not left unhandled. No timer outlives the result.
 */
export function withDeadline<T>(
  work: PromiseLike<T>,
  ms: number,
  timedOut: () => Error,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      settle();
    };
    const onAbort = (): void => finish(() => reject(signal?.reason));
    const timer = setTimeout(() => finish(() => reject(timedOut())), ms);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    // By way of a promise, because a foreign `then` may throw, or call back twice.
    Promise.resolve(work).then(
      (value) => finish(() => resolve(value)),
      (error) => finish(() => reject(error)),
    );
  });
}
