/** The time, the same for every replica: the database's. What replicas compare is taken from it, and nothing from a machine's clock. */
export interface Clock {
  now(): Date;
  /**
   * Faults: AUDIT_UNAVAILABLE while this machine's clock is more than a minute off (its cause is a ClockOff), and while the
   * clocks cannot be compared.
   */
  requireAccurate(): Promise<void>;
}
