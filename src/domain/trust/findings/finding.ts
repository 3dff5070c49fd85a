import { type FindingCode, findingSeverities, type Finding as Told } from '../../../schema/report.ts';

/** A finding. Its code decides its severity. The remedy is added later (check/prescribe.ts). */
export interface Finding extends Omit<Told, 'remedy'> {
  /** The missing line. */
  line?: string;
}

export const createFinding = (
  code: FindingCode,
  message: string,
  pointer: string | null = null,
  line?: string,
): Finding => ({
  code,
  severity: findingSeverities[code],
  message,
  pointer,
  ...(line !== undefined && { line }),
});
