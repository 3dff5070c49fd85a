/** The lock on one role, as its holder sees it. */
export interface RoleLock {
  /**
   * Resolves when the database has just now confirmed that the lock is held. Nothing is written to AWS without: who was
   * paused, or cut off, may have lost it without a notice. Faults: ROLE_BUSY when it is lost, AUDIT_UNAVAILABLE when the
   * database does not tell.
   */
  confirm(): Promise<void>;
}

export interface Locks {
  /**
   * Runs while this process alone, of all replicas, may change the role, and answers what it answers, also when the lock
   * was lost meanwhile. Faults: ROLE_BUSY when it is not free within `waitMs` (the service's own patience where left out),
   * AUDIT_UNAVAILABLE without a database.
   */
  whileHolding<T>(accountId: string, roleName: string, run: (lock: RoleLock) => Promise<T>, waitMs?: number): Promise<T>;
  /**
   * Runs while this process alone, of all replicas, works under this name; null, at once, where somebody does so already.
   * Fault: AUDIT_UNAVAILABLE without a database.
   */
  tryHolding<T>(name: string, run: () => Promise<T>): Promise<{ result: T } | null>;
}
