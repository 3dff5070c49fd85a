import { AssumeRoleCommand, type AssumeRoleCommandInput, type STSClient } from '@aws-sdk/client-sts';

interface Session {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** The credentials of a new session of a role, as SDK clients take them. Throws the SDK's errors. */
export async function assumeRole(
  sts: STSClient,
  input: Pick<AssumeRoleCommandInput, 'RoleArn'> & Partial<AssumeRoleCommandInput>,
): Promise<Session> {
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleSessionName: 'test', ...input }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}
