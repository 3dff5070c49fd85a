import t from 'tap';
import { toFault } from '#src/aws/faults/faults.ts';
import { hiddenBy } from '#src/aws/faults/hidden.ts';
import { accountOf } from '#test/support/scripted-aws.ts';

const account = accountOf();
const inRegion = { action: 'eks:DescribeCluster', account, region: 'us-west-9', write: false };
const inIam = { action: 'iam:ListOpenIDConnectProviders', account, write: false };
/** As the SDK has it, with what decides. */
const answered = (name: string, httpStatusCode: number) =>
  Object.assign(new Error('words'), {
    name,
    $metadata: { httpStatusCode },
    $response: { headers: { 'x-amzn-errortype': name } },
  });
const network = (code: string) => Object.assign(new Error(code), { code });

t.test('what AWS hides, and what is a fault', (t) => {
  const rows: [about: string, call: typeof inIam, error: Error, reason: string | null][] = [
    ['a denial', inRegion, answered('AccessDeniedException', 403), 'DENIED'],
    ['a denial of IAM', inIam, answered('AccessDenied', 403), 'DENIED'],
    [
      'a Region that is not enabled',
      inRegion,
      answered('UnrecognizedClientException', 403),
      'REGION_DISABLED',
    ],
    ['the same of IAM, which has no Region', inIam, answered('UnrecognizedClientException', 403), null],
    ['a Region without a host name', inRegion, network('ENOTFOUND'), 'REGION_DISABLED'],
    ['the same of IAM', inIam, network('ENOTFOUND'), null],
    ['no answer', inRegion, network('ECONNRESET'), null],
    ['throttling', inRegion, answered('ThrottlingException', 429), null],
    ['a failure of AWS', inRegion, answered('ServerException', 500), null],
  ];
  for (const [about, call, error, reason] of rows)
    t.equal(hiddenBy(call, toFault(call, error))?.reason ?? null, reason, about);
  t.equal(hiddenBy(inRegion, answered('AccessDeniedException', 403)), null, 'an error that is no fault');
  t.end();
});
