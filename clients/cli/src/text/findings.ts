import { wrap } from './fit.ts';
import { oneLine, terminalWidth } from './output.ts';

/** What a finding of a role and one of a cluster have in common. */
interface Finding {
  severity: string;
  code: string;
  message: string;
  remedy: string;
}

/** Each finding, with its remedy below it. */
export const findingsText = (findings: readonly Finding[]): string[] =>
  findings.map(
    ({ severity, code, message, remedy }) =>
      // A remedy may be a command to paste: it is not broken.
      `${wrap(`  ${severity} ${code}: ${oneLine(message)}`, terminalWidth(), '  ')}\n    ${oneLine(remedy)}`,
  );
