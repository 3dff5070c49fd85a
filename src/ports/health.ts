/** Checks for /readyz whether a part that the service needs works. Rejects if it does not. */
export interface Health {
  check(): Promise<void>;
}
