import t from 'tap';
import { verdictWhy } from '#console/roles/findings/verdict-why.ts';
import type { Shape } from '#console/shape.ts';

const finding = (
  code: Shape<'FindingCode'>,
  severity: Shape<'Severity'> = 'ERROR',
  message = 'It is so.',
) => ({
  code,
  severity,
  message,
  pointer: null,
  remedy: '',
});
const search = { region: 'us-west-2', name: 'search' };

const cases: [name: string, findings: Shape<'Finding'>[], clusters: Shape<'ListedCluster'>[], why: string][] =
  [
    ['one error', [finding('SOURCE_ARN_MISSING')], [], 'any cluster of any account can use this role.'],
    [
      'the heaviest error first',
      [finding('POLICY_NOT_ATTACHED'), finding('PRINCIPAL_ANYONE'), finding('DENIED'), finding('DENIED')],
      [],
      'anybody can use this role, and 2 more faults.',
    ],
    [
      'an error without a meaning of its own',
      [finding('QUOTA_NEAR', 'ERROR', 'The quota is full.')],
      [],
      'the quota is full.',
    ],
    [
      'warnings alone',
      [finding('QUOTA_NEAR', 'WARNING')],
      [search],
      'only us-west-2/search can use this role.',
    ],
    ['several lines', [], [search, { ...search, name: 'b' }], '2 clusters can use this role.'],
    [
      'all clusters',
      [],
      [search, { region: '*', name: '*' }],
      'every cluster of this account can use this role.',
    ],
    ['a wide line', [], [search, { ...search, name: 'prod-*' }], '2 lines let clusters use this role.'],
    ['no line', [], [], 'nothing is wrong with this role.'],
  ];
for (const [name, findings, clusters, why] of cases)
  t.test(name, async (t) => t.equal(verdictWhy({ findings, clusters }), why));
