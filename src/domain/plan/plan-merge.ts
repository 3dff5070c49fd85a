import type { Cluster } from '../../schema/primitives.ts';
import { readWritten, textOf } from '../policy/document.ts';
import { adviseOn } from '../remedies/advice.ts';
import { merge } from '../rewrite/rewrite.ts';
import { readCoverage } from '../trust/findings/coverage-findings.ts';
import { checkTrustErrors } from '../trust/findings/trust-findings.ts';
import { isOfOrganization } from '../trust/hardening.ts';
import type { ParsedRole } from '../trust/parse-trust.ts';
import { readEdited } from '../trust/read-trust.ts';
import { type Refusal, refuse, requestRemedy, type TrustPlan } from './planned.ts';

export const replaceRemedy = requestRemedy(
  { request: 'EXTEND', onMismatch: 'REPLACE' },
  'write the reference document with these clusters and every cluster that has its own line',
);

/** The trust policy that MERGE writes. Refuses when an error would remain in it. */
export function planMerge(
  { document, isRead, reading }: ParsedRole,
  clusters: Cluster[],
): TrustPlan | Refusal {
  if (!isRead)
    return refuse(
      'TRUST_MISMATCH',
      'The stored trust policy cannot be parsed, so MERGE cannot keep its statements.',
      {
        remedy: replaceRemedy,
      },
    );
  const merged = merge(document, reading, clusters);
  const again = readEdited(readWritten(merged.document, textOf(merged.document)).content, reading);
  const left = checkTrustErrors(again, readCoverage(again, clusters));
  if (left.length > 0) {
    const messages = left.map(({ message }) => message).join(' ');
    const isHardened = isOfOrganization(reading);
    const remedy = isHardened
      ? {
          request: null,
          text: adviseOn(left[0]?.code ?? 'DENIED', 'ORGANIZATION', reading),
        }
      : replaceRemedy;
    return refuse('TRUST_MISMATCH', `${messages} MERGE does not fix that.`, { remedy });
  }
  return { ...merged, isRepair: true };
}
