import Type from 'typebox';
import { operations } from '../../../operations/index.ts';
import { PostureInput } from '../../../schema/posture.ts';
import { AccountId, nullable, Timestamp } from '../../../schema/primitives.ts';
import { Verdict } from '../../../schema/report.ts';
import { Verdicts } from '../../../schema/sweep.ts';
import { Code, Count, closed, defaultLimit, Limit, NextCursor } from '../shapes.ts';
import { defineTool } from '../tool.ts';
import { clean, quote, UntrustedText, untrusted } from '../untrusted.ts';

export const fleetPosture = defineTool({
  name: 'fleet_posture',
  title: 'Posture of the fleet',
  description:
    'The verdict of every role at its last check, with counts by verdict, over all accounts. Filters: verdict, finding, account, labels, words of a name, changedSince. It may be old: check_role and find_roles read AWS now.',
  input: Type.Object({ ...PostureInput.properties, finding: Type.Optional(Code), limit: Limit }, closed),
  output: Type.Object(
    {
      total: { ...Count, description: 'How many roles the filters other than verdict let through' },
      verdicts: Verdicts,
      oldestCheckAt: nullable(Timestamp),
      items: Type.Array(
        Type.Object(
          {
            accountId: AccountId,
            verdict: Verdict,
            findings: Type.Array(Code),
            checkedAt: Timestamp,
            changedAt: { ...Timestamp, description: 'When the verdict last changed' },
            untrusted: untrusted({ accountName: nullable(UntrustedText), roleName: UntrustedText }),
          },
          closed,
        ),
      ),
      nextCursor: NextCursor,
    },
    closed,
  ),
  run: async ({ read }, { limit = defaultLimit, ...filter }) => {
    const found = await read(operations.posture, { ...filter, limit });
    const { total, verdicts, oldestCheckAt, nextCursor } = found;
    return {
      data: {
        ...{ total, verdicts, oldestCheckAt, nextCursor },
        items: found.items.map(
          ({ accountId, verdict, findings, checkedAt, changedAt, accountName, roleName }) => ({
            ...{ accountId, verdict, findings, checkedAt, changedAt },
            untrusted: {
              accountName: accountName === null ? null : clean(accountName),
              roleName: clean(roleName),
            },
          }),
        ),
      },
      text: [
        `${total} roles: ${
          Object.entries(verdicts)
            .map(([verdict, count]) => `${count} ${verdict}`)
            .join(', ') || 'none was checked'
        }. The oldest check is of ${oldestCheckAt ?? 'no time'}.`,
        ...found.items.map(
          ({ accountId, accountName, roleName, verdict, findings }) =>
            `${accountId} ${quote(accountName ?? '')} ${quote(roleName)}: ${[verdict, ...findings].join(' ')}`,
        ),
      ],
    };
  },
});
