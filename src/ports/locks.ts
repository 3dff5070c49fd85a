/** The lock of one role, as its holder sees it. */
export interface RoleLock {
  /**
   * Resolves once the database has confirmed that the lock is held now. It is called before every write to
   * AWS, because a process that was paused or cut off may have lost the lock unnoticed. Faults: ROLE_BUSY
   * when it is lost, AUDIT_UNAVAILABLE when the database does not answer.
   */
  confirm(): Promise<void>;
}

export interface Locks {
  /**
   * Calls `run` while only this process, of all replicas, may change the role. Answers what `run` answers,
   * even if the lock was lost meanwhile. Faults: ROLE_BUSY when the lock is not free within `waitMs` (by
   * default the service's own patience), AUDIT_UNAVAILABLE without a database.
   */
  whileHolding<T>(
    accountId: string,
    roleName: string,
    run: (lock: RoleLock) => Promise<T>,
    waitMs?: number,
  ): Promise<T>;
  /**
   * Calls `run` while only this process, of all replicas, holds the lock of this name. Null, at once, where
   * another process or request holds it. Fault: AUDIT_UNAVAILABLE without a database.
   */
  tryHolding<T>(name: string, run: () => Promise<T>): Promise<{ result: T } | null>;
}
