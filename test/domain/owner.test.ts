import t from 'tap';
import { ownerOf } from '#src/domain/owner.ts';

const rows: [Record<string, string>, string | null][] = [
  [{}, null],
  [{ team: 'terraform' }, null],
  [{ 'aws:cloudformation:stack-name': 'x' }, 'CloudFormation'],
  [{ 'aws:cloudformation:stack-name': 'x', 'aws-cdk:x': 'y' }, 'CDK'],
  [{ 'aws:cloudformation:stack-name': 'x', 'aws:cdk:path': 'y' }, 'CDK'],
  [{ 'services.k8s.aws/controller-version': 'iam-1' }, 'ACK'],
  [{ 'crossplane-kind': 'role.iam.aws.upbound.io' }, 'Crossplane'],
  [{ 'crossplane.io/paused': 'false' }, 'Crossplane'],
  [{ ManagedBy: 'Terraform' }, 'Terraform'],
  [{ 'managed-by': 'terraform' }, 'Terraform'],
  [{ created_by: 'OpenTofu' }, 'Terraform'],
  [{ Terraform: 'true' }, 'Terraform'],
  [{ terraform: 'false' }, null],
  [{ ManagedBy: 'hand' }, null],
  [{ constructor: 'x' }, null],
];

t.test('the tool that owns a role', (t) => {
  for (const [tags, tool] of rows) t.equal(ownerOf(tags)?.tool ?? null, tool, JSON.stringify(tags));
  t.same(ownerOf({ a: 'b', ManagedBy: 'Terraform' }), { tool: 'Terraform', tag: 'ManagedBy=Terraform' }, 'it names the tag');
  t.end();
});
