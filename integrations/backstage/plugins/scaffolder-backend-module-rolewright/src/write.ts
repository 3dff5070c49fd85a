import { createHash } from 'node:crypto';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  type ExtendAnswer,
  roleCreatePermission,
  roleExtendPermission,
} from 'backstage-plugin-rolewright-common';
import { createRole, extendRole, type RolewrightService } from 'backstage-plugin-rolewright-node';
import { asOneSentence, clustersInput, entityRefInput, nameOfStep, reasonInput } from './step.ts';

const kinds = {
  extend: {
    description: 'Adds lines for clusters to the pod execution role of an entity.',
    permission: roleExtendPermission,
    write: extendRole,
  },
  create: {
    description: 'Creates the pod execution role that an entity names, for clusters.',
    permission: roleCreatePermission,
    write: createRole,
  },
} as const;

/** rolewright:extend adds clusters to the role of an entity. */
export const createExtendAction = (rolewright: RolewrightService) => createWriteAction(rolewright, 'extend');

/** rolewright:create creates the role that an entity names. */
export const createCreateAction = (rolewright: RolewrightService) => createWriteAction(rolewright, 'create');

function createWriteAction(rolewright: RolewrightService, kind: keyof typeof kinds) {
  const { description, permission, write } = kinds[kind];
  return createTemplateAction({
    id: `rolewright:${kind}`,
    description,
    supportsDryRun: true,
    schema: {
      input: { entityRef: entityRefInput, clusters: clustersInput, reason: reasonInput },
      output: {
        sentence: (z) => z.string().describe('What was done'),
        changeId: (z) =>
          z.string().describe("The change in Rolewright's history. Empty: nothing had to be done"),
        changeUrl: (z) => z.string().describe("The change in Rolewright's console. Empty: there is none"),
        diff: (z) => z.string().describe('Unified diff of the trust policy'),
      },
    },
    handler: (context) =>
      asOneSentence(async () => {
        const { entityRef, ...wanted } = context.input;
        const { isDryRun: dryRun = false, signal } = context;
        const once = nameOfStep(context);
        const run = async (): Promise<ExtendAnswer> => {
          const credentials = await context.getInitiatorCredentials();
          const role = await rolewright.openRole({ credentials, entityRef, permission });
          return await write(role, { ...wanted, dryRun, once, signal });
        };
        // A step with `each` runs once for each input. A checkpoint holds JSON.
        const key = createHash('sha256')
          .update(JSON.stringify([kind, context.input, dryRun]))
          .digest('hex');
        const text = await context.checkpoint({ key, fn: async () => JSON.stringify(await run()) });
        const { sentence, change, diff } = JSON.parse(text) as ExtendAnswer;
        context.logger.info(sentence);
        if (dryRun) for (const line of diff.split('\n')) context.logger.info(line);
        context.output('sentence', sentence);
        context.output('changeId', change?.id ?? '');
        context.output('changeUrl', change?.url ?? '');
        context.output('diff', diff);
      }),
  });
}
