import { type Finding, type FindingCode, findingSeverities } from '../schema/report.ts';

/** One finding; its severity is the code's. */
export const finding = (code: FindingCode, message: string, remedy: string, pointer: string | null = null): Finding => ({
  code,
  severity: findingSeverities[code],
  message,
  pointer,
  remedy,
});
