import type { ConsoleConfig } from '../../../src/http/console/config.ts';

export type { ConsoleConfig };

/** What the service says before anybody has signed in. */
export async function loadConfig(): Promise<ConsoleConfig> {
  const answer = await fetch('/console/config.json');
  if (!answer.ok) throw new Error(`The service answered ${answer.status}. Load this page again in a minute.`);
  return (await answer.json()) as ConsoleConfig;
}
