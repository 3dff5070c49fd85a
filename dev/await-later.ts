/** Answers the same promise, marked as handled: it may reject before somebody awaits it. */
export function awaitLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {}); // The awaiting code gets the error.
  return promise;
}
