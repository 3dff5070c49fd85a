/** What the console needs to know before anybody has signed in: the answer of GET /console/config.json. */
export interface ConsoleConfig {
  /** The version of the service. */
  version: string;
  /** The URL of the issuer. Null: AUTH=none, and nobody signs in. */
  issuer: string | null;
  /** The console's client ID at the issuer. Null: CONSOLE_CLIENT_ID is not set, and nobody can sign in. */
  clientId: string | null;
  /** The scope that the console asks the issuer for. */
  scope: string;
  /** Names for sign-in in one click, sent as `login_hint`. Empty outside the sandbox. */
  users: readonly string[];
}
