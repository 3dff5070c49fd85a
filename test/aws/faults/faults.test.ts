import t from 'tap';
import { toFault } from '#src/aws/faults/faults.ts';
import { type FaultCode, faults } from '#src/fault.ts';
import { accountOf, callerOf, type Reply, refusal } from '#test/support/scripted-aws.ts';
import { attach, create, detach, startScriptedRoles, updateTrust } from '#test/support/scripted-roles.ts';

Math.random = () => 0;

interface Case {
  what: string;
  of:
    | 'AssumeRole'
    | 'GetRole'
    | 'CreateRole'
    | 'AttachRolePolicy'
    | 'DetachRolePolicy'
    | 'UpdateAssumeRolePolicy';
  reply: Reply;
  code: FaultCode;
  message: RegExp;
  details?: Record<string, unknown>;
  isUncertain?: boolean;
  isFromLag?: boolean;
  /** Only when it differs from the default of the code. */
  retryable?: boolean;
  externalId?: string;
}

const member = 'arn:aws:iam::111122223333:role/RolewrightMember';
const quota = (text: string) => refusal(409, 'LimitExceeded', text);
const user = 'User: arn:aws:sts::111122223333:assumed-role/RolewrightMember/rolewright-anna is';
const denial = (rest: string) =>
  refusal(
    403,
    'AccessDenied',
    `${user} not authorized to perform: iam:UpdateAssumeRolePolicy on resource: role r ${rest}`,
  );
const scp = 'arn:aws:organizations::987654321098:policy/o-qv5af4abcd/service_control_policy/p-2kgnabcd';
/**
 * As AWS words them (IAM user guide, troubleshooting access denied; AWS security blog, policy ARNs in access
 * denied messages).
 */
const denials: Case[] = (
  [
    [
      'because no identity-based policy allows the iam:UpdateAssumeRolePolicy action',
      /Allow it in the policies of that role/,
    ],
    ['with an explicit deny in an identity-based policy', /policies of that role, and check that no Deny/],
    [
      `with an explicit deny in a service control policy: ${scp}`,
      /The administrators of the AWS organization/,
    ],
    ['with an explicit deny in a resource control policy', /The administrators of the AWS organization/],
    [
      'because no permissions boundary allows the iam:UpdateAssumeRolePolicy action',
      /in the permissions boundary of that role/,
    ],
    [
      'because no session policy allows the iam:UpdateAssumeRolePolicy action',
      /This service sets the session policy/,
    ],
    ['with an explicit deny in a VPC endpoint policy', /policy of the VPC endpoint/],
    ['', /Allow it in the role's policies, and look for a permissions boundary/],
  ] as const
).map(([rest, remedy]) => ({
  what: `denied ${rest}`,
  of: 'UpdateAssumeRolePolicy',
  reply: denial(rest),
  code: 'AWS_FAILED',
  message: new RegExp(
    `^AWS denies iam:UpdateAssumeRolePolicy on role r to the member role ${member}\\. AWS says: not authorized to perform: iam:UpdateAssumeRolePolicy on resource: role r ?${rest}\\. .*${remedy.source}`,
  ),
  retryable: false,
}));
const cases: Case[] = [
  {
    what: 'may not assume',
    of: 'AssumeRole',
    reply: refusal(403, 'AccessDenied', 'User: arn:aws:iam::999:user/hub is not authorized'),
    code: 'ACCOUNT_UNREACHABLE',
    message: /RolewrightMember could not be assumed; no external ID was sent/,
  },
  {
    what: 'may not assume, with an external ID',
    of: 'AssumeRole',
    externalId: 'ext-1',
    reply: refusal(403, 'AccessDenied'),
    code: 'ACCOUNT_UNREACHABLE',
    message: /could not be assumed; an external ID was sent/,
  },
  ...(
    [
      [
        'because no identity-based policy allows the sts:AssumeRole action',
        /policies of this service's own role or user/,
      ],
      ['with an explicit deny in a service control policy', /The administrators of the AWS organization/],
      [
        'because no resource-based policy allows the sts:AssumeRole action',
        /Check that the role exists, that its trust policy allows/,
      ],
    ] as const
  ).map(
    ([rest, remedy]): Case => ({
      what: `may not assume ${rest}`,
      of: 'AssumeRole',
      reply: refusal(
        403,
        'AccessDenied',
        `User: arn:aws:sts::999:assumed-role/hub/i-0abc is not authorized to perform: sts:AssumeRole on resource: ${member} ${rest}`,
      ),
      code: 'ACCOUNT_UNREACHABLE',
      message: new RegExp(
        `^(?!.*(hub|i-0abc)).*no external ID was sent\\. AWS says: not authorized .*${rest}\\. .*${remedy.source}`,
      ),
    }),
  ),
  {
    what: 'a session that is too large',
    of: 'AssumeRole',
    reply: refusal(400, 'PackedPolicyTooLarge', 'Packed size of 110%'),
    code: 'AWS_FAILED',
    message: /more room than AWS gives/,
    retryable: false,
  },
  ...(
    [
      [
        'SignatureDoesNotMatch',
        'Signature expired: 20261130T000000Z is now earlier than 20261130T001000Z',
        /^(?!.*renew).*clock of this service/,
      ],
      [
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match',
        /secret key does not belong/,
      ],
      ['OptInRequired', 'needs a subscription', /account is not active/],
    ] as const
  ).map(
    ([code, words, message]): Case => ({
      what: `${code} ${words}`,
      of: 'AssumeRole',
      reply: refusal(403, code, words),
      code: 'ACCOUNT_UNREACHABLE',
      message,
    }),
  ),
  {
    what: 'a clock that is wrong',
    of: 'GetRole',
    reply: refusal(403, 'SignatureDoesNotMatch', 'Signature not yet current: 1 is still later than 2'),
    code: 'AWS_FAILED',
    message: /clock of this service/,
    retryable: false,
  },
  {
    what: 'wrong ARN',
    of: 'AssumeRole',
    reply: refusal(400, 'ValidationError', 'bad arn'),
    code: 'ACCOUNT_UNREACHABLE',
    message: /refused to assume .*: bad arn/,
  },
  {
    what: 'Region switched off',
    of: 'AssumeRole',
    reply: refusal(403, 'RegionDisabledException'),
    code: 'ACCOUNT_UNREACHABLE',
    message: /^(?!.*renew).*switched off in Region us-east-1 for account 111122223333/,
  },
  {
    what: 'own credentials expired',
    of: 'AssumeRole',
    reply: refusal(400, 'ExpiredTokenException'),
    code: 'ACCOUNT_UNREACHABLE',
    message: /own credentials \(ExpiredTokenException\)/,
  },
  {
    what: 'own credentials unknown',
    of: 'AssumeRole',
    reply: refusal(403, 'InvalidClientTokenId'),
    code: 'ACCOUNT_UNREACHABLE',
    message: /own credentials \(InvalidClientTokenId\)/,
  },
  {
    what: 'STS throttles',
    of: 'AssumeRole',
    reply: refusal(400, 'Throttling'),
    code: 'AWS_THROTTLED',
    message: /throttling sts:AssumeRole/,
  },
  {
    what: 'STS fails',
    of: 'AssumeRole',
    reply: refusal(500, 'ServiceFailure'),
    code: 'AWS_FAILED',
    message: /status 500/,
  },
  {
    what: 'session never accepted',
    of: 'GetRole',
    reply: refusal(403, 'InvalidClientTokenId'),
    code: 'ACCOUNT_UNREACHABLE',
    message: /not even a new one/,
  },
  {
    what: 'a read denied',
    of: 'GetRole',
    reply: refusal(403, 'AccessDenied'),
    code: 'AWS_FAILED',
    message: new RegExp(`denies iam:GetRole on role r to the member role ${member}`),
    retryable: false,
  },
  {
    what: 'a read throttled',
    of: 'GetRole',
    reply: refusal(400, 'Throttling'),
    code: 'AWS_THROTTLED',
    message: /throttling iam:GetRole in account 111122223333/,
  },
  {
    what: 'throttled by status',
    of: 'GetRole',
    reply: refusal(429, 'Anything'),
    code: 'AWS_THROTTLED',
    message: /throttling/,
  },
  {
    what: 'a read fails',
    of: 'GetRole',
    reply: refusal(500, 'ServiceFailure'),
    code: 'AWS_FAILED',
    message: /^AWS failed at iam:GetRole on role r \(status 500\)\.$/,
  },
  {
    what: 'an answer that is not AWS’s',
    of: 'GetRole',
    reply: { status: 400, xml: '<html>proxy</html>' },
    code: 'AWS_FAILED',
    message: /iam:GetRole/,
    retryable: false,
  },
  {
    what: 'a write denied',
    of: 'UpdateAssumeRolePolicy',
    reply: refusal(403, 'AccessDenied'),
    code: 'AWS_FAILED',
    message: /denies iam:UpdateAssumeRolePolicy on role r/,
    retryable: false,
  },
  {
    what: 'role gone',
    of: 'UpdateAssumeRolePolicy',
    reply: refusal(404, 'NoSuchEntity'),
    code: 'ROLE_NOT_FOUND',
    message: /no role r in account 111122223333/,
    isFromLag: true,
  },
  {
    what: 'policy missing',
    of: 'AttachRolePolicy',
    reply: refusal(404, 'NoSuchEntity'),
    code: 'AWS_FAILED',
    message: /policy arn:aws:iam::aws:policy\/P, or else the role r,/,
    retryable: false,
    isFromLag: true,
  },
  {
    what: 'policy missing, as AWS says',
    of: 'AttachRolePolicy',
    reply: refusal(
      404,
      'NoSuchEntity',
      'Policy arn:aws:iam::aws:policy/P does not exist or is not attachable.',
    ),
    code: 'AWS_FAILED',
    message:
      /policy arn:aws:iam::aws:policy\/P in account .*AWS says: Policy arn:aws:iam::aws:policy\/P does not exist or is not attachable\. Check/,
    retryable: false,
  },
  {
    what: 'role missing, as AWS says',
    of: 'AttachRolePolicy',
    reply: refusal(404, 'NoSuchEntity', 'The role with name r cannot be found.'),
    code: 'ROLE_NOT_FOUND',
    message: /no role r in account 111122223333/,
    isFromLag: true,
  },
  {
    what: 'detached by somebody else',
    of: 'DetachRolePolicy',
    reply: refusal(404, 'NoSuchEntity', 'Policy arn:aws:iam::aws:policy/P was not found.'),
    code: 'ROLE_CHANGED',
    message: /no longer attached to the role r/,
  },
  {
    what: 'tags',
    of: 'AttachRolePolicy',
    reply: quota('Cannot exceed quota for TagsPerRole: 50'),
    code: 'QUOTA_EXCEEDED',
    message: /quota of 50 tags/,
    details: { quota: 50 },
  },
  {
    what: 'boundary missing',
    of: 'CreateRole',
    reply: refusal(404, 'NoSuchEntity'),
    code: 'AWS_FAILED',
    message: /no policy arn:aws:iam::111122223333:policy\/B/,
    retryable: false,
  },
  {
    what: 'role exists',
    of: 'CreateRole',
    reply: refusal(409, 'EntityAlreadyExists'),
    code: 'ROLE_EXISTS',
    message: /already has a role r/,
  },
  {
    what: 'trust policy too long',
    of: 'UpdateAssumeRolePolicy',
    reply: quota('Cannot exceed quota for ACLSizePerRole: 4096'),
    code: 'QUOTA_EXCEEDED',
    message: /quota of 4096 characters/,
    details: { quota: 4096 },
  },
  {
    what: 'too many policies',
    of: 'AttachRolePolicy',
    reply: quota('Cannot exceed quota for PoliciesPerRole: 10'),
    code: 'QUOTA_EXCEEDED',
    message: /quota of 10 attached policies/,
    details: { quota: 10 },
  },
  {
    what: 'too many roles',
    of: 'CreateRole',
    reply: quota('Cannot exceed quota for RolesPerAccount: 1000'),
    code: 'QUOTA_EXCEEDED',
    message: /quota of 1000 roles/,
    details: { quota: 1000 },
  },
  {
    what: 'another quota',
    of: 'CreateRole',
    reply: quota('Cannot exceed quota for Moons: 1'),
    code: 'QUOTA_EXCEEDED',
    message: /quota of 1 \(Moons\)/,
    details: { quota: 1 },
  },
  {
    what: 'a quota without a number',
    of: 'CreateRole',
    reply: quota('no'),
    code: 'QUOTA_EXCEEDED',
    message: /a quota of account 111122223333/,
  },
  {
    what: 'service-linked',
    of: 'UpdateAssumeRolePolicy',
    reply: refusal(400, 'UnmodifiableEntity'),
    code: 'UNMODIFIABLE_ROLE',
    message: /service-linked/,
  },
  {
    what: 'concurrent',
    of: 'CreateRole',
    reply: refusal(409, 'ConcurrentModification'),
    code: 'ROLE_BUSY',
    message: /Someone else/,
  },
  {
    what: 'unsettled',
    of: 'UpdateAssumeRolePolicy',
    reply: refusal(409, 'EntityTemporarilyUnmodifiable'),
    code: 'ROLE_BUSY',
    message: /earlier change/,
    isFromLag: true,
  },
  {
    what: 'malformed',
    of: 'UpdateAssumeRolePolicy',
    reply: refusal(400, 'MalformedPolicyDocument', 'Invalid principal in policy'),
    code: 'AWS_FAILED',
    message: /: Invalid principal in policy$/,
    retryable: false,
  },
  {
    what: 'malformed, at length',
    of: 'UpdateAssumeRolePolicy',
    reply: refusal(400, 'MalformedPolicyDocument', 'x'.repeat(5000)),
    code: 'AWS_FAILED',
    message: /x{300}…$/,
    retryable: false,
  },
  {
    what: 'not attachable',
    of: 'AttachRolePolicy',
    reply: refusal(400, 'PolicyNotAttachable', 'no'),
    code: 'AWS_FAILED',
    message: /: no$/,
    retryable: false,
  },
  {
    what: 'unforeseen',
    of: 'AttachRolePolicy',
    reply: refusal(400, 'BrandNew', 'internal'),
    code: 'AWS_FAILED',
    message: /^AWS refused iam:AttachRolePolicy on role r \(BrandNew\)\. AWS says: internal\.$/,
    retryable: false,
  },
  {
    what: 'words that quote the request',
    of: 'AttachRolePolicy',
    reply: refusal(403, 'IncompleteSignature', 'x-amz-security-token:abc'),
    code: 'AWS_FAILED',
    message: /\(IncompleteSignature\)\.$/,
    retryable: false,
  },
  ...denials,

  ...['InvalidInput', 'ValidationError'].map(
    (code): Case => ({
      what: code,
      of: 'CreateRole',
      reply: refusal(400, code, 'no'),
      code: 'AWS_FAILED',
      message: /^AWS refused iam:CreateRole on role r: no$/,
      retryable: false,
    }),
  ),
  {
    what: 'STS refuses for a reason unforeseen',
    of: 'AssumeRole',
    reply: refusal(400, 'BrandNew'),
    code: 'AWS_FAILED',
    message: /\(BrandNew\)/,
    retryable: false,
  },
  {
    what: 'a write that arrived too slowly',
    of: 'AttachRolePolicy',
    reply: refusal(408, 'RequestTimeoutException'),
    code: 'AWS_FAILED',
    message: /status 408.*not known/,
    isUncertain: true,
  },
  {
    what: 'a write fails',
    of: 'CreateRole',
    reply: refusal(500, 'ServiceFailure'),
    code: 'AWS_FAILED',
    message: /not known/,
    isUncertain: true,
  },
  {
    what: 'a write fails behind a proxy',
    of: 'CreateRole',
    reply: { status: 502, xml: '<html>Bad gateway</html>' },
    code: 'AWS_FAILED',
    message: /not known/,
    isUncertain: true,
  },
];

for (const {
  what,
  of,
  reply,
  code,
  message,
  details = {},
  isUncertain = false,
  isFromLag = false,
  retryable = faults[code].retryable,
  externalId = null,
} of cases) {
  t.test(`${of}: ${what}`, async (t) => {
    const { roles, write } = await startScriptedRoles(t, ({ action }) => (action === of ? reply : undefined));
    const account = accountOf({ externalId });
    const steps = {
      CreateRole: create,
      AttachRolePolicy: attach,
      DetachRolePolicy: detach,
      UpdateAssumeRolePolicy: updateTrust,
    };
    const step = { ...steps, AssumeRole: null, GetRole: null }[of];
    const attempt: Promise<unknown> = step ? write(account, step) : roles.read(account, 'r', callerOf());
    await t.rejects(attempt, { name: 'Fault', code, message, isUncertain, isFromLag, retryable, cause: {} });
    const awsRequestId = JSON.stringify(reply).includes('req-refused') ? { awsRequestId: 'req-refused' } : {};
    await attempt.catch((fault) => t.same(fault.details, { ...details, ...awsRequestId }));
  });
}

t.test('unknown credentials in a Region that has to be enabled', async (t) => {
  const { AWS_REGION } = process.env;
  t.teardown(() => {
    if (AWS_REGION === undefined) delete process.env.AWS_REGION;
    else process.env.AWS_REGION = AWS_REGION;
  });
  const unknown = Object.assign(new Error('The security token included in the request is invalid'), {
    Code: 'InvalidClientTokenId',
    $metadata: { httpStatusCode: 403 },
  });
  const fault = (region: string) => {
    process.env.AWS_REGION = region;
    return toFault({ action: 'sts:AssumeRole', account: accountOf(), write: false }, unknown).message;
  };
  t.match(fault('ap-east-1'), /in Region ap-east-1\. That Region may not be enabled.*AWS_REGION/);
  t.match(fault('eu-west-1'), /wrong, deleted, or belong to another partition.*renew/);
  t.notMatch(fault('eu-west-1'), /enabled/);
});

t.test('a host whose name is not found', async (t) => {
  const error = Object.assign(new Error('getaddrinfo ENOTFOUND sts.zz-1.amazonaws.com'), {
    code: 'ENOTFOUND',
  });
  const fault = toFault({ action: 'sts:AssumeRole', account: accountOf(), write: false }, error);
  t.match(fault, { code: 'AWS_FAILED', retryable: true, message: /host name was not found.*AWS_REGION/ });
  t.notMatch(fault.message, /zz-1/);
});

t.test('a role whose name has the word policy in it', async (t) => {
  const roleName = 'the-policy-role';
  const error = Object.assign(new Error(`The role with name ${roleName} cannot be found.`), {
    Code: 'NoSuchEntity',
    $metadata: { httpStatusCode: 404 },
  });
  const call = {
    action: 'iam:AttachRolePolicy',
    account: accountOf(),
    roleName,
    policyArn: 'arn:aws:iam::aws:policy/P',
    write: true,
  };
  t.match(toFault(call, error), { code: 'ROLE_NOT_FOUND', isFromLag: true });
});

t.test('without an AWS request ID the details lack it', async (t) => {
  const fault = toFault(
    { action: 'iam:GetRole', account: accountOf(), roleName: 'r', write: false },
    new Error('connect ECONNRESET 10.1.2.3'),
  );
  t.match(fault, { code: 'AWS_FAILED', isUncertain: false, retryable: true });
  t.same(fault.details, {});
  t.notMatch(fault.message, /10\.1\.2\.3/);
});

t.test('after a failed AssumeRole the write is certainly not done', async (t) => {
  const { aws, write } = await startScriptedRoles(t, ({ action }) =>
    action === 'AssumeRole' ? refusal(500, 'ServiceFailure') : undefined,
  );
  await t.rejects(write(accountOf(), attach), { code: 'AWS_FAILED', isUncertain: false });
  t.equal(aws.count('AttachRolePolicy'), 0);
});

t.test('a service without credentials says so', async (t) => {
  const { aws, roles } = await startScriptedRoles(t);
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
    AWS_CONFIG_FILE: '/nowhere',
  });
  await t.rejects(roles.read(accountOf(), 'r', callerOf()), {
    code: 'ACCOUNT_UNREACHABLE',
    message: /no AWS credentials of its own/,
  });
  t.equal(aws.calls.length, 0);
});
