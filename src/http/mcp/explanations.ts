import { type FaultCode, faults } from '../../fault.ts';
import { readinessSeverities } from '../../schema/readiness.ts';
import { findingSeverities } from '../../schema/report.ts';
import written from './explanations.json' with { type: 'json' };

/** What a code means: of a finding, of an error, or of both. */
export interface Explanation {
  code: string;
  /** Null: the code is of an error alone. */
  severity: 'ERROR' | 'WARNING' | 'INFO' | null;
  /** HTTP status. Null: the code is of a finding alone. */
  status: number | null;
  cause: string;
  example: string;
  remedy: string;
}

type Code = keyof typeof findingSeverities | keyof typeof readinessSeverities | FaultCode;
const severities: Partial<Record<string, Explanation['severity']>> = {
  ...findingSeverities,
  ...readinessSeverities,
};

/** Every code, from the text of docs/findings.md: `npm run describe` writes explanations.json. */
export const explanations: ReadonlyMap<string, Explanation> = new Map(
  Object.entries(written satisfies Record<Code, object>).map(([code, { cause, example, remedy }]) => [
    code,
    {
      code,
      severity: severities[code] ?? null,
      status: code in faults ? faults[code as FaultCode].status : null,
      cause,
      example,
      remedy,
    },
  ]),
);

/** `ERROR`, `404`, or both. */
export const kindOf = ({ severity, status }: Explanation): string =>
  [severity, status].filter((one) => one !== null).join(', ');
