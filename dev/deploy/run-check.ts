import { NotRun } from '../conform/tools.ts';

/** Runs a check. Exit code 0: it passed. 1: it did not. 77: its tool cannot be had here. */
export async function runCheck(name: string, check: () => Promise<void>): Promise<void> {
  try {
    await check();
    console.log(`${name}: passed`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(`${name}: ${error.message}`);
    process.exitCode = error instanceof NotRun ? 77 : 1;
  }
}
