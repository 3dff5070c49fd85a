import t from 'tap';
import { sanitizeMessage } from '#src/aws/faults/sanitize-message.ts';

const token = `IQoJb3JpZ2luX2VjE${'A1b2C3d4'.repeat(30)}==`;
const arn =
  'arn:aws:iam::111122223333:policy/a-team/AmazonEKSFargatePodExecutionRolePolicyNumber2WithAVeryLongName';

const rows: [what: string, message: string, words: string][] = [
  ['nothing', '', ''],
  ['one line, without a full stop at its end', ' No\n\tsuch \u0000thing.\u202e ', 'No such thing'],
  ['who called', 'User: arn:aws:sts::1:assumed-role/hub/i-0abc is not authorized', 'not authorized'],
  ['ARNs stay', `Policy ${arn} does not exist`, `Policy ${arn} does not exist`],
  [
    'services and conditions stay',
    'Invalid principal: "SERVICE":"eks.amazonaws.com"',
    'Invalid principal: "SERVICE":"eks.amazonaws.com"',
  ],
  [
    'times stay',
    'is now earlier than 20261130T001000Z (2026-11-30 10:11:12)',
    'is now earlier than 20261130T001000Z (2026-11-30 10:11:12)',
  ],
  ['access keys', 'The key AKIAIOSFODNN7EXAMPLE, or ASIAIOSFODNN7EXAMPLE', 'The key [key], or [key]'],
  ['secret keys', 'secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1', 'secret [removed]'],
  ['tokens', `x-amz-security-token:${token} host`, '[removed] host'],
  [
    'addresses',
    'from 10.1.2.3:443 at https://proxy.corp:8443/x?y via fd00:1:2::3',
    'from [address] at [address] via [address]',
  ],
  ['names of hosts', 'from ip-10-1-2-3.eu-west-1.compute.internal today', 'from [address] today'],
  ['at length', 'word '.repeat(500), `${'word '.repeat(200).trim()} …`],
  ['one long word', 'x'.repeat(5000), `${'x'.repeat(1000)}…`],
];

for (const [what, message, words] of rows) t.equal(sanitizeMessage(message), words, what);
