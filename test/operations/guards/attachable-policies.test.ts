import t from 'tap';
import type { Planned } from '#src/domain/plan/planned.ts';
import type { Fault } from '#src/fault.ts';
import {
  attachablePolicies,
  attachedPolicies,
  requestedPolicies,
  requireAttachable,
} from '#src/operations/guards/attachable-policies.ts';

const required = 'arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy';
const logs = 'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess';
const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
const own = (name: string) => `arn:aws:iam::111122223333:policy/${name}`;
const place = { partition: 'aws' } as const;

t.test('policies that a request may attach', (t) => {
  const cases: [policyArns: string | null, arns: string[] | undefined, refused: number[]][] = [
    [null, undefined, []],
    [null, [], []],
    [null, [required], []],
    [null, [logs], [0]],
    [null, [required.replace('arn:aws:', 'arn:aws-cn:')], [0]],
    [null, [required.toLowerCase()], [0]],
    [null, [`${required}2`], [0]],
    ['*', [admin, logs], []],
    [logs, [logs, required], []],
    [logs, [logs, admin, required], [1]],
    [
      'arn:aws:iam::aws:policy/CloudWatch*,arn:aws:iam::*:policy/team-?',
      [logs, admin, own('team-a'), own('team-ab')],
      [1, 3],
    ],
    ['arn:*:iam::*:policy/a.b', [own('a.b'), own('aab')], [1]],
    [logs.toLowerCase(), [logs], [0]],
    ['arn:aws:iam::aws:policy/CloudWatchLogs', [logs], [0]],
    ['CloudWatchLogsFullAccess', [logs], [0]],
  ];
  for (const [policyArns, arns, refused] of cases) {
    const judge = () => requireAttachable({ policyArns }, place, requestedPolicies(arns));
    const what = `${policyArns}: ${arns}`;
    if (refused.length === 0) {
      t.doesNotThrow(judge, what);
      continue;
    }
    const errors = refused.map((i) => ({
      pointer: `/additionalPolicyArns/${i}`,
      message: new RegExp(`ALLOWED_POLICY_ARNS .*${arns?.[i]}$`),
    }));
    const fault = t.throws(
      judge,
      { code: 'FORBIDDEN', message: /^ALLOWED_POLICY_ARNS lets .* alone, not .* Leave out / },
      what,
    );
    t.match(fault, { details: { errors } }, what);
    t.equal((fault as Fault).details.errors?.length, refused.length, what);
  }
  t.end();
});

t.test('the session policy permits the same policies', (t) => {
  t.same(attachablePolicies({ policyArns: null }, 'aws'), [required]);
  t.same(attachablePolicies({ policyArns: `${logs},${own('*')}` }, 'aws'), [required, logs, own('*')]);
  t.match(attachablePolicies({ policyArns: null }, 'aws-us-gov'), [/^arn:aws-us-gov:/]);
  t.end();
});

t.test('a plan is judged by the policies that it attaches; it may detach any', (t) => {
  const steps = [
    { action: 'iam:DetachRolePolicy', detail: { roleName: 'r', policyArn: admin } },
    { action: 'iam:AttachRolePolicy', detail: { roleName: 'r', policyArn: logs } },
    { action: 'iam:UntagRole', detail: { roleName: 'r', tagKeys: [] } },
  ];
  t.same(attachedPolicies({ steps } as unknown as Planned), [{ pointer: '', arn: logs }]);
  t.end();
});
