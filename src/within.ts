/** As `promise`, unless it takes longer than `ms`: then as `late`, which may throw. The work itself goes on. */
export async function within<T, L>(ms: number, promise: T, late: () => L): Promise<Awaited<T> | Awaited<L>> {
  const timer = Promise.withResolvers<void>();
  const alarm = setTimeout(timer.resolve, ms);
  try {
    return await Promise.race([promise, timer.promise.then(late)]);
  } finally {
    clearTimeout(alarm);
  }
}
