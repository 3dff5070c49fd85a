/**
 * The database's time, which is the same for every replica. Replicas compare only times from here, never
 * those of a machine's clock.
 */
export interface Clock {
  now(): Date;
  /**
   * Fault: AUDIT_UNAVAILABLE while this machine's clock is more than a minute off (its cause is a ClockOff),
   * or the clocks cannot be compared.
   */
  requireAccurate(): Promise<void>;
}
