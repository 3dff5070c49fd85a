/** The pages of the settings. `operation`: the list that a page shows, and so what one must be permitted to see it. */
export const sections = [
  {
    to: '/settings/accounts',
    title: 'Accounts',
    operation: 'accounts',
    text: 'The AWS accounts that Rolewright looks after: their labels, status and member role.',
  },
  {
    to: '/settings/schedules',
    title: 'Schedules',
    operation: 'schedules',
    text: 'Sweeps that start by themselves at certain times.',
  },
  {
    to: '/settings/claims',
    title: 'Claims',
    operation: 'claims',
    text: 'Who needs which cluster on which role. A claimed line is not taken away.',
  },
  {
    to: '/settings/tokens',
    title: 'Service tokens',
    operation: 'serviceTokens',
    text: 'Credentials of machines, such as Terraform or a portal.',
  },
  {
    to: '/settings/webhooks',
    title: 'Webhook',
    operation: 'deadLetters',
    text: 'Events that the receiver of the webhook did not accept.',
  },
] as const;
