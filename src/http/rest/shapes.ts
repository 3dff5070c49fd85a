import Type, { type TObject, type TProperties } from 'typebox';
import { AccountId, ClusterName, ClusterText, labelKey, Region, RoleName } from '../../schema/primitives.ts';
import { CheckRoleInput, ExtendExecutionRoleInput } from '../../schema/role.ts';
import type { Input } from './parameter-locations.ts';

// Requests whose shape is not the operation's, as a query or a path has to express it.

const without = (shape: TObject, ...names: string[]): TProperties =>
  Object.fromEntries(Object.entries(shape.properties).filter(([name]) => !names.includes(name)));

export const CheckQuery = Type.Object(
  {
    ...without(CheckRoleInput, 'clusters'),
    cluster: Type.Array(ClusterText, {
      minItems: 1,
      maxItems: 100,
      description: 'REGION/NAME, as in us-west-2/my-cluster; it may repeat, up to 100 times',
    }),
  },
  { additionalProperties: false },
);

const label = Type.Optional(
  Type.Array(
    Type.String({
      pattern: `^${labelKey}=[\\s\\S]{0,256}$`,
      description:
        'KEY=VALUE, with a key of 1 to 63 letters, digits or _./-, beginning with a letter or digit, and a value of at most 256 characters',
    }),
    {
      description: 'KEY=VALUE; it may repeat, and all of them must match',
      maxItems: 50,
    },
  ),
);
/** Replaces the field `labels` by the query parameter `label`. */
export const withLabelQuery = (shape: TObject) =>
  Type.Object({ label, ...without(shape, 'labels') }, { additionalProperties: false });
export const parseLabels = ({ label, ...rest }: Input): Input =>
  label === undefined ? rest : { ...rest, labels: Object.fromEntries(splitEach(label, '=')) };

const WaitQuery = Type.Optional(
  Type.Enum(['ready'], {
    description: 'ready: the answer comes when EKS would accept the role, or after two minutes',
  }),
);

export const LineBody = Type.Object(
  {
    accountId: AccountId,
    roleName: RoleName,
    region: Region,
    name: ClusterName,
    ...without(ExtendExecutionRoleInput, 'accountId', 'roleName', 'clusters', 'claim', 'drop', 'wait'),
    wait: WaitQuery,
  },
  { additionalProperties: false },
);

/** Replaces the field `wait` by the query parameter, which is in lower case. */
export const withWaitQuery = (shape: TObject) =>
  Type.Object({ ...without(shape, 'wait'), wait: WaitQuery }, { additionalProperties: false });
export const parseWait = ({ wait, ...rest }: Input): Input =>
  wait === undefined ? rest : { ...rest, wait: String(wait).toUpperCase() };

/** Splits each text at the first `separator`. The operation refuses a value that is not a list of texts. */
const splitEach = (texts: unknown, separator: string): [string, string][] =>
  (Array.isArray(texts) ? texts : []).map((text) => {
    const [head = '', ...tail] = String(text).split(separator);
    return [head, tail.join(separator)];
  });

export const parseClusters = ({ cluster, ...rest }: Input): Input => ({
  ...rest,
  clusters: splitEach(cluster, '/').map(([region, name]) => ({ region, name })),
});

export const parseLine = ({ region, name, ...rest }: Input): Input => ({
  ...parseWait(rest),
  clusters: [{ region, name }],
  claim: true,
});
