import { isCluster } from '../../mend/clusters.ts';
import type { Operation } from '../../mend/operation.ts';
import type { Shape } from '../../shape.ts';

/** What to do about a finding, in words and, where a request helps, as an operation of this page. */
export interface Remedy {
  text: string;
  operation: Omit<Operation, 'accountId' | 'roleName'> | null;
}

// The remedies of the API name requests: "BEFORE, send REQUEST with DETAILS to PURPOSE." The page says the purpose and
// has a button in place of the request. test/console/roles/findings/remedy.test.ts reads those that the service writes.
const requested =
  /^(?<before>.*?)\s?\b[Ss]end (?<request>POST …\/execution-roles|POST …\/extend|PUT …\/\{roleName\}|DELETE …\/clusters\/REGION\/NAME|POST …\/\{roleName\}\/prune)(?: with (?<details>.*?))? to (?<purpose>.*)$/s;

/** `clusters`: those that the role has lines for. */
export function readRemedy(
  { code, remedy }: Pick<Shape<'Finding'>, 'code' | 'remedy'>,
  clusters: Shape<'ListedCluster'>[],
): Remedy {
  const parts = requested.exec(remedy)?.groups;
  if (!parts) return { text: remedy, operation: null };
  const { before = '', request = '', details = '', purpose = '' } = parts;
  const goesOn = before !== '' && !/[.!?]$/.test(before);
  const text = `${before} ${goesOn ? purpose : capitalize(purpose)}`.trim();
  const own = clusters.filter(isCluster);
  switch (request) {
    case 'POST …/execution-roles':
      return { text, operation: { kind: 'create' } };
    case 'PUT …/{roleName}':
      return { text, operation: { kind: 'repair', clusters: own } };
    case 'POST …/{roleName}/prune':
      return { text, operation: { kind: 'prune' } };
    case 'POST …/extend':
      return { text, operation: extension(code, details, own) };
    default:
      return { text, operation: null };
  }
}

function extension(code: string, details: string, own: Shape<'ListedCluster'>[]): Remedy['operation'] {
  const mismatch = /onMismatch (MERGE|REPLACE)/.exec(details)?.[1] as Operation['onMismatch'];
  const isCompact = /\bcompact\b/.test(details);
  const dropped = /\bdrop (\S+\/\S+?)(?=,| and |$)/.exec(details)?.[1]?.split('/');
  const [region, name] = dropped ?? [];
  const drop = region && name ? [{ region, name }] : [];
  const clusters = own.filter(
    (one) => !drop.some((gone) => gone.region === one.region && gone.name === one.name),
  );
  // More clusters are wanted: the reader names them.
  const isMore = code === 'NO_CLUSTER_COVERED' || code === 'CLUSTER_NOT_LISTED';
  if (code === 'POLICY_NOT_ATTACHED' && !mismatch) return { kind: 'repair', clusters };
  return {
    kind: 'extend',
    ...(!isMore && clusters.length > 0 && { clusters }),
    ...(drop.length > 0 && { drop }),
    ...(mismatch && { onMismatch: mismatch }),
    ...(isCompact && { compact: true }),
  };
}

/** What the button of a remedy says. */
export function remedyLabel({ kind, drop, compact, onMismatch }: NonNullable<Remedy['operation']>): string {
  if (kind === 'create') return 'Create the role';
  if (kind === 'repair') return 'Attach the policy';
  if (kind === 'prune') return 'Remove lines of clusters that are gone';
  if (drop) return 'Remove the line';
  if (compact) return 'Shorten the trust policy';
  if (onMismatch === 'MERGE') return 'Mend the trust policy';
  return onMismatch === 'REPLACE' ? 'Rewrite the trust policy' : 'Add clusters';
}

const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
