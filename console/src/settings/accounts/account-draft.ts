import type { FieldError } from '../../ui/form/form-errors.ts';
import { labelTexts, parseLabels } from '../lists.ts';

/** The partitions of AWS, as the API names them. */
export const partitions = [
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-eusc',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
] as const;
type Partition = (typeof partitions)[number];

/** An account as it stands in the form. */
export interface AccountDraft {
  accountId: string;
  name: string;
  partition: Partition;
  labels: string;
  memberRoleArn: string;
  externalId: string;
}

export interface AccountValues {
  accountId: string;
  name: string;
  partition: Partition;
  labels: Record<string, string>;
  memberRoleArn?: string;
  externalId?: string;
}

export const emptyAccount: AccountDraft = {
  accountId: '',
  name: '',
  partition: 'aws',
  labels: '',
  memberRoleArn: '',
  externalId: '',
};

/** The fields of the form, by their pointers. */
export const accountFields = [
  '/accountId',
  '/name',
  '/partition',
  '/labels',
  '/memberRoleArn',
  '/externalId',
];

export const draftOfAccount = (
  account: Omit<AccountValues, 'externalId'> & { externalId: string | null },
): AccountDraft => ({
  accountId: account.accountId,
  name: account.name,
  partition: account.partition,
  labels: labelTexts(account.labels).join('\n'),
  memberRoleArn: account.memberRoleArn ?? '',
  externalId: account.externalId ?? '',
});

/** What is sent. An empty field is left out, so that the default of the service is in force. */
export function readAccount(draft: AccountDraft): { input: AccountValues; errors: FieldError[] } {
  const { labels, errors } = parseLabels(draft.labels, '/labels');
  const accountId = draft.accountId.replace(/[\s-]/g, '');
  const memberRoleArn = draft.memberRoleArn.trim();
  const externalId = draft.externalId.trim();
  // The ID is part of the address of the request: it must be right before there is one.
  if (!/^\d{12}$/.test(accountId))
    errors.unshift({ pointer: '/accountId', message: 'must be an AWS account ID: 12 digits' });
  return {
    input: {
      accountId,
      name: draft.name.trim(),
      partition: draft.partition,
      labels,
      ...(memberRoleArn && { memberRoleArn }),
      ...(externalId && { externalId }),
    },
    errors,
  };
}
