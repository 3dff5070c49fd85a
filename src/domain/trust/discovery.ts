import type { Partition } from '../../schema/primitives.ts';
import { isObject, oneOrMany, readDocument, shadowedStrings } from '../policy/document.ts';
import { executionPolicyArn, fargateService } from '../role/arn.ts';
import type { RoleState } from '../role/role-state.ts';
import { hasPolicy } from '../role/same.ts';
import { servicesIn } from './principals.ts';

/** The EKS guide's name, eksctl's and CDK's (within what CloudFormation makes of it), and what Terraform configurations use. */
const usualName = /fargate.*pod.*execution/i;

/**
 * Is the role, or was it meant to be, a pod execution role: does it name the service in an Allow, whatever the rest of
 * that statement says; has it the managed policy; or does it bear a usual name? Whether it works is for check.ts.
 */
export const looksLikeExecutionRole = ({ roleName, attached, trustText }: RoleState, partition: Partition): boolean =>
  usualName.test(roleName) || hasPolicy(attached, executionPolicyArn(partition)) || namesService(trustText);

function namesService(trustText: string): boolean {
  // Most roles of an account have nothing to do with it, and reading 1000 costs 0.1 s. (JSON may write any character as \uXXXX.)
  if (!trustText.includes(fargateService) && !trustText.includes('\\u')) return false;
  const allows = oneOrMany(readDocument(trustText).content.Statement).some(
    (statement) => isObject(statement) && statement.Effect === 'Allow' && servicesIn(statement.Principal).includes(fargateService),
  );
  // Whoever wrote a key twice meant both.
  return allows || shadowedStrings(trustText).includes(fargateService);
}
