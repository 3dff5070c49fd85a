import type { Tags } from '../schema/primitives.ts';

/** Which tool tags what it owns, and how. The first that fits wins: CDK deploys through CloudFormation. */
const marks: { tool: string; fits: (key: string, value: string) => boolean }[] = [
  { tool: 'CDK', fits: (key) => key.startsWith('aws-cdk:') || key.startsWith('aws:cdk:') },
  { tool: 'CloudFormation', fits: (key) => key.startsWith('aws:cloudformation:') },
  { tool: 'ACK', fits: (key) => key.startsWith('services.k8s.aws/') },
  { tool: 'Crossplane', fits: (key) => key.startsWith('crossplane-') || key.startsWith('crossplane.io/') },
  {
    tool: 'Terraform',
    fits: (key, value) => /^(managed[-_ ]?by|provisioner|tool|created[-_ ]?by)$/i.test(key) && /terraform|opentofu/i.test(value),
  },
  { tool: 'Terraform', fits: (key, value) => /^terraform$/i.test(key) && !/^(false|no|0)$/i.test(value) },
];

/** The tool that owns a role, as its tags show; null where none does. */
export function ownerOf(tags: Tags): { tool: string; tag: string } | null {
  for (const { tool, fits } of marks)
    for (const [key, value] of Object.entries(tags)) if (fits(key, value)) return { tool, tag: `${key}=${value}` };
  return null;
}
