import t from 'tap';
import { listLineRegions } from '#src/domain/trust/line-regions.ts';
import { context, lineOf, observed, policy, service, statement } from '../fixtures/observed.ts';

const cases: [what: string, trust: ReturnType<typeof policy> | string, regions: string[]][] = [
  ['one line', policy(statement(lineOf('a'))), ['us-west-2']],
  [
    'each once',
    policy(statement([lineOf('a'), lineOf('b'), lineOf('a', 'eu-west-1')])),
    ['us-west-2', 'eu-west-1'],
  ],
  [
    'of several statements',
    policy(statement(lineOf('a')), statement(lineOf('*', 'sa-east-1'))),
    ['us-west-2', 'sa-east-1'],
  ],
  [
    'every Region, or several',
    policy(statement([lineOf('a', '*'), lineOf('a', 'us-*'), lineOf('a', 'us-west-?')])),
    [],
  ],
  ['a Region that AWS does not list', policy(statement([lineOf('a', 'us-wset-2'), lineOf('a', '')])), []],
  ['of another partition', policy(statement(lineOf('a', 'cn-north-1'))), []],
  ['no line', policy(statement(null)), []],
  ['a Deny', policy(statement(lineOf('a'), { Effect: 'Deny' })), []],
  ['another service', policy(statement(lineOf('a'), { Principal: { Service: 'ec2.amazonaws.com' } })), []],
  ['not JSON', `{"Statement": ${service}`, []],
];

for (const [what, trust, regions] of cases)
  t.test(what, async (t) => {
    t.same(listLineRegions(observed(trust).role, context), regions);
  });

t.test('a Region of EXTRA_REGIONS', async (t) => {
  const { role } = observed(policy(statement(lineOf('a', 'us-west-9'))));
  t.same(listLineRegions(role, { ...context, extraRegions: ['us-west-9'] }), ['us-west-9']);
});
