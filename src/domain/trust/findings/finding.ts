import { type FindingCode, findingSeverities, type Finding as Told } from '../../../schema/report.ts';

/** One finding; its severity is the code's. What to do about it is for remedies.ts to say. */
export interface Finding extends Omit<Told, 'remedy'> {
  /** The line that is missing. */
  line?: string;
}

export const createFinding = (code: FindingCode, message: string, pointer: string | null = null, line?: string): Finding => ({
  code,
  severity: findingSeverities[code],
  message,
  pointer,
  ...(line !== undefined && { line }),
});
