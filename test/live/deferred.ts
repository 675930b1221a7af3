/** A promise that the test settles. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
}

export function deferred<T>(): Deferred<T> {
  let settle: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle(value) };
}

/** An async function held at its gate: it says when it was entered, and answers when the test lets it. */
export interface Held<T> {
  (): Promise<T>;
  /** Resolves once it has been entered. */
  readonly entered: Promise<void>;
  /** Resolves after the answer has been taken up by whoever waited for it. */
  readonly answered: Promise<void>;
  release(value: T): void;
}

export function held<T>(): Held<T> {
  const entered = deferred<void>();
  const answer = deferred<T>();
  const run = (): Promise<T> => {
    entered.resolve();
    return answer.promise;
  };
  const answered = answer.promise.then(drained);
  return Object.assign(run, { entered: entered.promise, answered, release: answer.resolve });
}

/** Resolves once every promise that is already settled has run its course, and every tick that is due. */
export function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
