import Type from 'typebox';
import { decodeCursor, encodeCursor, makePage } from '../../../operations/call/paging.ts';
import { operations } from '../../../operations/index.ts';
import { Cursor } from '../../../schema/page.ts';
import { AccountId, Labels, nullable, SearchText, Timestamp } from '../../../schema/primitives.ts';
import { Verdict } from '../../../schema/report.ts';
import { Code, Count, closed, defaultLimit, Limit, NextCursor } from '../shapes.ts';
import { defineTool } from '../tool.ts';
import { clean, quote, UntrustedText, untrusted } from '../untrusted.ts';

export const findAccounts = defineTool({
  name: 'find_accounts',
  title: 'Find accounts',
  description:
    'Finds registered AWS accounts by name, label, verdict or finding, with the worst verdict of their roles at the last check. Use it to get the ID of an account. `error` says why an account could not be checked.',
  input: Type.Object(
    {
      q: Type.Optional({ ...SearchText, description: 'words of the account name or of a role name' }),
      labels: Type.Optional(Labels),
      verdict: Type.Optional(Verdict),
      finding: Type.Optional(Code),
      limit: Limit,
      cursor: Type.Optional(Cursor),
    },
    closed,
  ),
  output: Type.Object(
    {
      total: Count,
      unreachable: Count,
      items: Type.Array(
        Type.Object(
          {
            accountId: AccountId,
            verdict: nullable(Verdict, 'Null: no role was found, or the account was never checked'),
            roles: Count,
            checkedAt: nullable(Timestamp),
            error: nullable(Code, 'Why the last check got no verdict'),
            untrusted: untrusted({ name: UntrustedText }),
          },
          closed,
        ),
      ),
      nextCursor: NextCursor,
    },
    closed,
  ),
  run: async ({ read }, { limit = defaultLimit, cursor, ...filter }) => {
    const after = cursor === undefined ? '' : decodeCursor(cursor, (key) => /^\d{12}$/.test(key));
    const found = await read(operations.postureAccounts, filter);
    const { items, nextCursor } = makePage(
      found.items.filter(({ accountId }) => accountId > after),
      limit,
      ({ accountId }) => encodeCursor(accountId),
    );
    const { total, unreachable } = found;
    return {
      data: {
        total,
        unreachable,
        items: items.map(({ name, ...one }) => ({ ...one, untrusted: { name: clean(name) } })),
        nextCursor,
      },
      text: [
        `${total} accounts, ${unreachable} of them could not be checked.`,
        ...items.map(
          ({ accountId, name, verdict, roles, error }) =>
            `${accountId} ${quote(name)}: ${error ?? verdict ?? 'no verdict'}, ${roles} roles`,
        ),
      ],
    };
  },
});
