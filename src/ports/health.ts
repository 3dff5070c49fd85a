/** Is a part that the service needs in working order? For /readyz. */
export interface Health {
  check(): Promise<void>;
}
