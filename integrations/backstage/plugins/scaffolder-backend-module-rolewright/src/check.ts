import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { roleReadPermission } from 'backstage-plugin-rolewright-common';
import { type RolewrightService, verdictSentence } from 'backstage-plugin-rolewright-node';
import { asOneSentence, clustersInput, entityRefInput } from './step.ts';

/** rolewright:check says whether the role of an entity can start pods in clusters. It writes nothing. */
export const createCheckAction = (rolewright: RolewrightService) =>
  createTemplateAction({
    id: 'rolewright:check',
    description: 'Checks whether the pod execution role of an entity can start pods on Fargate in clusters.',
    supportsDryRun: true,
    schema: {
      input: { entityRef: entityRefInput, clusters: clustersInput },
      output: {
        verdict: (z) => z.string().describe('COMPLIANT, NEEDS_EXTENSION, NEEDS_REPAIR or MISSING'),
        action: (z) => z.string().describe('The next action: NONE, EXTEND, REPAIR or CREATE'),
        sentence: (z) => z.string().describe('The verdict as a sentence'),
        accountId: (z) => z.string().describe('The account that the entity names'),
        roleName: (z) => z.string().describe('The role that the entity names'),
      },
    },
    handler: (context) =>
      asOneSentence(async () => {
        const { entityRef, clusters } = context.input;
        const credentials = await context.getInitiatorCredentials();
        const role = await rolewright.openRole({ credentials, entityRef, permission: roleReadPermission });
        const { accountId, roleName } = role;
        const report = await role.client.checkExecutionRole(
          { accountId, roleName, clusters },
          { signal: context.signal },
        );
        const sentence = verdictSentence(report, clusters);
        context.logger.info(sentence);
        context.output('verdict', report.verdict);
        context.output('action', report.action);
        context.output('sentence', sentence);
        context.output('accountId', accountId);
        context.output('roleName', roleName);
      }),
  });
