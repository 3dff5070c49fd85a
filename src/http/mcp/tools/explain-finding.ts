import Type from 'typebox';
import { invalidInput } from '../../../operations/call/input.ts';
import { nullable } from '../../../schema/primitives.ts';
import { Severity } from '../../../schema/report.ts';
import { explanations, kindOf } from '../explanations.ts';
import { Code, closed } from '../shapes.ts';
import { defineTool } from '../tool.ts';

const Text = Type.String();

export const explainFinding = defineTool({
  name: 'explain_finding',
  title: 'Explain a finding or an error',
  description:
    "Says what the code of a finding or of an error means, with an example and the remedy. The text is Rolewright's own documentation.",
  input: Type.Object(
    {
      code: Type.String({
        pattern: '^[A-Z][A-Z_]{2,59}$',
        description: 'a code such as CLUSTER_NOT_LISTED or ACCESS_ENTRY_STALE',
      }),
    },
    closed,
  ),
  output: Type.Object(
    {
      code: Code,
      severity: nullable(Severity, 'Null: the code is of an error alone'),
      status: nullable(Type.Integer(), 'HTTP status. Null: the code is of a finding alone'),
      cause: Text,
      example: Text,
      remedy: Text,
    },
    closed,
  ),
  run: async (_, { code }) => {
    const found = explanations.get(code);
    if (!found)
      throw invalidInput([
        { pointer: '/code', message: 'must be a code that the resource rolewright://findings lists' },
      ]);
    const { cause, example, remedy } = found;
    return {
      data: found,
      text: [`${code} (${kindOf(found)}): ${cause}`, `Example: ${example}`, `Remedy: ${remedy}`],
    };
  },
});
