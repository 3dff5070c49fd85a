import Type from 'typebox';
import type { Cluster, ListedCluster } from '../../schema/primitives.ts';
import { ClusterText } from '../../schema/primitives.ts';
import { Severity } from '../../schema/report.ts';
import { clean, UntrustedText, untrusted } from './untrusted.ts';

// Parts that several tools share.

export const closed = { additionalProperties: false } as const;

/** How many items an assistant gets at once, unless it asks for more. */
export const defaultLimit = 20;
export const Limit = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 50,
    default: defaultLimit,
    description: 'how many items at most: a number from 1 to 50',
  }),
);
export const NextCursor = Type.Union([Type.String({ pattern: '^[A-Za-z0-9_-]+$' }), Type.Null()], {
  description: 'Send it as `cursor` to get the next page. Null on the last page',
});
export const Code = Type.String({
  pattern: '^[A-Z][A-Z0-9_]+$',
  description: 'the code of a finding or an error',
});
export const Count = Type.Integer({ minimum: 0 });

export const ClusterTexts = Type.Array(ClusterText, {
  minItems: 1,
  maxItems: 20,
  description: '1 to 20 clusters as REGION/NAME, such as us-west-2/my-cluster',
});

/** Parses REGION/NAME. */
export function parseCluster(text: string): Cluster {
  const [region = '', name = ''] = text.split('/');
  return { region, name };
}
export const clusterTexts = (clusters: readonly ListedCluster[]): string[] =>
  clusters.map(({ region, name }) => `${region}/${name}`);

/** The words of a finding name values that others have chosen. Its code is our own. */
export const ShownFinding = Type.Object(
  { code: Code, severity: Severity, untrusted: untrusted({ message: UntrustedText, remedy: UntrustedText }) },
  closed,
);

interface Finding {
  code: string;
  severity: 'ERROR' | 'WARNING' | 'INFO';
  message: string;
  remedy: string;
}

/** Maximum number of findings in an answer, errors first. */
const mostFindings = 12;
export const showFindings = (findings: readonly Finding[]) =>
  findings.slice(0, mostFindings).map(({ code, severity, message, remedy }) => ({
    code,
    severity,
    untrusted: { message: clean(message, 240), remedy: clean(remedy, 300) },
  }));

/** The findings as lines of a text. */
export const findingLines = (findings: ReturnType<typeof showFindings>): string[] =>
  findings.map(
    ({ code, severity, untrusted: { message, remedy } }) =>
      `${severity} ${code}: ${JSON.stringify(message)} Remedy: ${JSON.stringify(remedy)}`,
  );
