import Type from 'typebox';
import { operations } from '../../../operations/index.ts';
import { ChangeKind, ChangeOutcome, ListChangesInput, Via } from '../../../schema/change.ts';
import { AccountId, Id, nullable, Timestamp } from '../../../schema/primitives.ts';
import { Code, closed, clusterTexts, defaultLimit, Limit, NextCursor } from '../shapes.ts';
import { defineTool } from '../tool.ts';
import { clean, cleanAll, quote, UntrustedText, UntrustedTexts, untrusted } from '../untrusted.ts';

const orNull = (text: string | null | undefined) => (text == null ? null : clean(text));

export const listChanges = defineTool({
  name: 'list_changes',
  title: 'History of changes',
  description:
    'The log of changes of roles, newest first: who changed what, when, why and with which outcome. Refused attempts are in it. Filters: account, role, cluster, actor, kind, outcome, words (q), since and until.',
  input: Type.Object({ ...ListChangesInput.properties, limit: Limit }, closed),
  output: Type.Object(
    {
      items: Type.Array(
        Type.Object(
          {
            id: Id,
            at: Timestamp,
            kind: ChangeKind,
            outcome: ChangeOutcome,
            accountId: AccountId,
            via: Via,
            error: nullable(Code, 'Why it did not succeed'),
            editedOutside: Type.Boolean({ description: 'Somebody else edited the trust policy too' }),
            untrusted: untrusted({
              roleName: UntrustedText,
              actor: UntrustedText,
              issuer: nullable(UntrustedText),
              onBehalfOf: nullable(UntrustedText, 'The person for whom the actor made the request'),
              reason: nullable(UntrustedText),
              clusters: UntrustedTexts,
              clustersGained: UntrustedTexts,
              clustersLost: UntrustedTexts,
            }),
          },
          closed,
        ),
      ),
      nextCursor: NextCursor,
    },
    closed,
  ),
  run: async ({ read }, { limit = defaultLimit, ...filter }) => {
    const { items, nextCursor } = await read(operations.changes, { ...filter, limit });
    const shown = items.map(
      ({ id, at, kind, outcome, accountId, via, error, editedOutside, effects, ...one }) => ({
        ...{ id, at, kind, outcome, accountId, via, editedOutside },
        error: error?.code ?? null,
        untrusted: {
          roleName: clean(one.roleName),
          actor: clean(one.actor.subject),
          issuer: orNull(one.actor.issuer),
          onBehalfOf: orNull(one.onBehalfOf?.subject),
          reason: orNull(one.reason),
          clusters: cleanAll(clusterTexts(one.clusters)),
          clustersGained: cleanAll(clusterTexts(effects?.clustersGained ?? [])),
          clustersLost: cleanAll(clusterTexts(effects?.clustersLost ?? [])),
        },
      }),
    );
    return {
      data: { items: shown, nextCursor },
      text: [
        `${shown.length} changes${nextCursor === null ? '' : ', and there are more'}.`,
        ...shown.map(
          ({ at, kind, outcome, accountId, error, untrusted: { roleName, actor, onBehalfOf, reason } }) => {
            const why = reason === null ? '' : `, reason ${quote(reason)}`;
            const person = onBehalfOf === null ? '' : ` on behalf of ${quote(onBehalfOf)}`;
            return `${at} ${[kind, outcome, error].filter(Boolean).join(' ')}: account ${accountId}, role ${quote(roleName)}, by ${quote(actor)}${person}${why}`;
          },
        ),
      ],
    };
  },
});
