import t from 'tap';
import { findOwner } from '#src/domain/role/ownership.ts';

const stack = { 'aws:cloudformation:stack-name': 'x' };
const rows: [Record<string, string>, string | null][] = [
  [{}, null],
  // CloudFormation, and tools that deploy through it.
  [stack, 'CloudFormation'],
  [{ 'aws:cloudformation:stack-id': 'arn:aws:cloudformation:us-west-2:1:stack/x/y' }, 'CloudFormation'],
  [{ ...stack, 'aws:cloudformation:logical-id': 'FargatePodExecutionRole' }, 'CloudFormation'],
  [{ ...stack, 'aws:cloudformation:logical-id': 'FargateProfilePodExecutionRole5D8AB4E1' }, 'CDK'],
  [{ ...stack, 'aws:cloudformation:logical-id': 'RoleDEADBEEF' }, 'CloudFormation'],
  [{ ...stack, 'aws-cdk:x': 'y' }, 'CDK'],
  [{ ...stack, 'aws:cdk:path': 'y' }, 'CDK'],
  [{ ...stack, ManagedBy: 'aws-cdk' }, 'CDK'],
  [{ ...stack, ManagedBy: 'Terraform' }, 'CloudFormation'],
  [{ ...stack, 'alpha.eksctl.io/cluster-name': 'c' }, 'CloudFormation'],
  [{ 'alpha.eksctl.io/cluster-name': 'c' }, 'CloudFormation'],
  [{ 'alpha.eksctl.io/eksctl-version': '0.215.0' }, 'CloudFormation'],
  [{ ManagedBy: 'CloudFormation' }, 'CloudFormation'],
  [{ 'managed-by': 'CDK' }, 'CDK'],
  [{ 'cloudformation:stack-name': 'x' }, null],
  [{ team: 'aws-cdk:x' }, null],
  // Kubernetes.
  [{ 'services.k8s.aws/controller-version': 'iam-1' }, 'ACK'],
  [{ 'services.k8s.aws/namespace': 'default' }, 'ACK'],
  [{ managed_by: 'ACK' }, 'ACK'],
  [{ managed_by: 'backpack' }, null],
  [{ 'services.k8s.awsome/x': '1' }, null],
  [{ 'kubernetes.io/cluster/x': 'owned' }, null],
  [{ 'crossplane-kind': 'role.iam.aws.upbound.io' }, 'Crossplane'],
  [{ 'crossplane-name': 'x' }, 'Crossplane'],
  [{ 'crossplane-providerconfig': 'default' }, 'Crossplane'],
  [{ 'crossplane.io/claim-name': 'x' }, 'Crossplane'],
  [{ 'crossplane-team': 'x' }, null],
  [{ 'app.kubernetes.io/managed-by': 'crossplane' }, 'Crossplane'],
  // Terraform itself sets no tags; people do.
  [{ ManagedBy: 'Terraform' }, 'Terraform'],
  [{ managedBy: 'terraform' }, 'Terraform'],
  [{ 'managed-by': 'terraform' }, 'Terraform'],
  [{ managed_by: 'TERRAFORM' }, 'Terraform'],
  [{ 'Managed By': 'Terraform Cloud' }, 'Terraform'],
  [{ 'acme:managed-by': 'terraform_1.11' }, 'Terraform'],
  [{ created_by: 'OpenTofu' }, 'Terraform'],
  [{ CreatedBy: 'terraform-aws-modules/eks' }, 'Terraform'],
  [{ provisioner: 'terragrunt' }, 'Terraform'],
  [{ IaC: 'tofu' }, 'Terraform'],
  [{ Terraform: 'true' }, 'Terraform'],
  [{ terraform: 'yes' }, 'Terraform'],
  [{ 'terraform-workspace': 'prod' }, 'Terraform'],
  [{ TerraformManaged: 'true' }, 'Terraform'],
  [{ terraform: 'false' }, null],
  [{ Terraform: 'No' }, null],
  [{ 'terraform-managed': '0' }, null],
  [{ ManagedBy: 'not terraform' }, null],
  [{ ManagedBy: 'formerly Terraform' }, null],
  [{ ManagedBy: 'terraformers' }, null],
  [{ team: 'terraform' }, null],
  [{ Name: 'terraform-state-reader' }, null],
  [{ terraformer: 'anna' }, null],
  // The contract names five tools.
  [{ ManagedBy: 'Pulumi' }, null],
  [{ ManagedBy: 'hand' }, null],
  [{ constructor: 'x' }, null],
];

t.test('the tool that owns a role', (t) => {
  for (const [tags, tool] of rows) t.equal(findOwner(tags)?.tool ?? null, tool, JSON.stringify(tags));
  t.same(
    findOwner({ a: 'b', ManagedBy: 'Terraform' }),
    { tool: 'Terraform', tag: 'ManagedBy=Terraform' },
    'it names the tag',
  );
  t.end();
});
