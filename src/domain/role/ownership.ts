import type { Tags } from '../../schema/primitives.ts';
import type { OwningTool } from '../../schema/problem.ts';

/** A tool that owns a role, and the tag that shows it. */
export interface Owner {
  tool: OwningTool;
  tag: string;
}

type Mark = [tool: OwningTool, fits: (key: string, value: string, tags: Tags) => boolean];

/**
 * Keys that name the tool that made or maintains a resource. A prefix may precede them (`acme:managed-by`).
 */
const namesTool = (key: string) =>
  /^(managed|created|provisioned|deployed|maintained)by$|^(provisioner|tool|iac|iactool)$/.test(
    key
      .replace(/^.*[:/]/, '')
      .replaceAll(/[-_. ]/g, '')
      .toLowerCase(),
  );

/** The value names the tool as a separate word, and not as in "not Terraform". */
const namedIn = (tools: string) => {
  const word = new RegExp(`(?<![a-z])(${tools})(?![a-z])`, 'i');
  const denied = new RegExp(`(?<![a-z])(not?|non|never|former(ly)?|ex|was)(?![a-z]).*(${tools})`, 'i');
  return (key: string, value: string) => namesTool(key) && word.test(value) && !denied.test(value);
};
const isNo = (value: string) => /^(false|no|none|off|0|n\/a)$/i.test(value.trim());

const isStack = (key: string) => key.startsWith('aws:cloudformation:');
/**
 * CDK sets no tags. But its logical IDs end in a hash of the construct's path: eight capital hexadecimal
 * digits.
 */
const isCdkStack = (key: string, value: string) =>
  key === 'aws:cloudformation:logical-id' && /[A-Za-z0-9](?=.{0,7}\d)[0-9A-F]{8}$/.test(value);

/**
 * How tools mark what they own. The first match wins. Only AWS can set keys under `aws:`. CDK and eksctl
 * deploy through CloudFormation. Pulumi is missing because the contract names five tools.
 */
const marks: Mark[] = [
  ['CDK', (key, value) => key.startsWith('aws-cdk:') || key.startsWith('aws:cdk:') || isCdkStack(key, value)],
  ['CDK', (key, value, tags) => Object.keys(tags).some(isStack) && namedIn('cdk')(key, value)],
  ['CloudFormation', isStack],
  ['CloudFormation', (key) => key.startsWith('alpha.eksctl.io/') || key.startsWith('eksctl.io/')],
  ['ACK', (key) => key.startsWith('services.k8s.aws/')],
  [
    'Crossplane',
    (key) => /^crossplane-(kind|name|providerconfig)$/.test(key) || key.startsWith('crossplane.io/'),
  ],
  ['Terraform', namedIn('terraform|opentofu|tofu|terragrunt')],
  [
    'Terraform',
    (key, value) => /^terraform(-?managed|[-_:./ ]?(workspace|module)|)$/i.test(key) && !isNo(value),
  ],
  ['CDK', namedIn('cdk')],
  ['CloudFormation', namedIn('cloudformation|cfn|eksctl')],
  ['ACK', namedIn('ack')],
  ['Crossplane', namedIn('crossplane')],
];

/** The tool that owns a role, according to its tags. Null: none does. */
export function findOwner(tags: Tags): Owner | null {
  // Setting a tag again can change the letter case of its key.
  for (const [tool, fits] of marks)
    for (const [key, value] of Object.entries(tags))
      if (fits(key.toLowerCase(), value, tags)) return { tool, tag: `${key}=${value}` };
  return null;
}
