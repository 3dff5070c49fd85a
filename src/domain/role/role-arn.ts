/** The parts of the ARN of an IAM role that identify it: its path does not. */
export interface RoleAddress {
  accountId: string;
  roleName: string;
}

/** `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`. Empty parts where the text is no such ARN. */
export const parseRoleArn = (arn: string): RoleAddress => ({
  accountId: arn.split(':')[4] ?? '',
  roleName: arn.split('/').at(-1) ?? '',
});
