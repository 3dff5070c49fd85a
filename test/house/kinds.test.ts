import { globSync, readFileSync } from 'node:fs';
import t from 'tap';

// What is special about one kind of role is data in src/domain/kinds. No other file names its service, policy
// or source ARN.

const ofKinds = /eks-fargate-pods|AmazonEKSFargatePodExecutionRolePolicy|fargateprofile/;
const files = globSync('src/**/*.{ts,mjs,prisma,cedar,sql}').filter(
  (path) => !path.startsWith('src/postgres/generated/'),
);

t.ok(files.length > 100, 'the files were found');
t.match(readFileSync('src/domain/kinds/fargate.ts', 'utf8'), ofKinds, 'the kind itself has the names');
t.same(
  files.filter((path) => !path.startsWith('src/domain/kinds/') && ofKinds.test(readFileSync(path, 'utf8'))),
  [],
  'no other file has them',
);
