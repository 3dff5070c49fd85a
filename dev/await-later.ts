/** The same promise. It may reject before somebody awaits it, and is then not one that nobody handles. */
export function awaitLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {}); // Whoever awaits it is told.
  return promise;
}
