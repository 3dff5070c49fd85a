import type { ActionContext } from '@backstage/plugin-scaffolder-node';
import { toRolewrightError } from 'backstage-plugin-rolewright-node';
import type { z } from 'zod/v3';

type Zod = typeof z;

export const entityRefInput = (z: Zod) =>
  z
    .string()
    .describe(
      'The catalog entity whose annotations name the account and the role, such as component:default/payments',
    );

export const clustersInput = (z: Zod) =>
  z
    .array(
      z.object({
        region: z.string().describe('An AWS Region such as us-west-2'),
        name: z.string().describe('The name of an EKS cluster'),
      }),
    )
    .min(1)
    .max(100)
    .describe('The clusters that the role has to cover');

export const reasonInput = (z: Zod) =>
  z.string().max(1024).optional().describe("The reason in Rolewright's history, such as a ticket");

/**
 * Runs one step. The task shows an error as a sentence and its remedy, and as nothing else: the error of the
 * client holds the whole answer.
 */
export async function asOneSentence<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const known = toRolewrightError(error);
    if (!known) throw error;
    throw new Error(`${known.message} ${known.remedy}`);
  }
}

/** What names a step of a task for ever, at each retry of the task. */
export const nameOfStep = ({ task, step }: Pick<ActionContext<never>, 'task' | 'step'>): string[] => [
  task.id,
  step?.id ?? '',
];
