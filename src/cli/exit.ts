/** Exit codes of `npm run audit:verify`. */
export const exitCodes = {
  INTACT: 0,
  NOT_INTACT: 1,
  WRONG_USAGE: 2,
  NOT_READABLE: 3,
  WRONG_FORMAT: 4,
} as const;

/** Ends a command with one line and an exit code. */
export class Exit extends Error {
  readonly code: number;

  constructor(code: keyof typeof exitCodes, message: string) {
    super(message);
    this.code = exitCodes[code];
  }
}
