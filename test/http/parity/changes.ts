import type { Answer } from '#test/support/service.ts';
import { byChange, type Case, fails, invalid, mistyped, usual, works } from './case.ts';
import { a, extendRole } from './givens.ts';

export const changesCases: Record<string, Case[]> = {
  revertChange: [
    works('the last change', byChange({ reason: 'wrong cluster' }), extendRole),
    works('a dry run', byChange({ dryRun: true }), extendRole),
    fails('one that others followed', 'ROLE_CHANGED', byChange(), async (x, service) => {
      const answer = await extendRole(x, service);
      await service.rest('PUT', `${x.role}/clusters/us-west-2/y`);
      return answer;
    }),
    works(
      'what followed as well',
      byChange({ onLaterChanges: 'UNDO', override: ['CLUSTER_CLAIMED'] }),
      async (x, service) => {
        const answer = await extendRole(x, service);
        await service.rest('PUT', `${x.role}/clusters/us-west-2/y`);
        return answer;
      },
    ),
    fails('a creation', 'ROLE_EXISTS', byChange(), (x, { rest }) => rest('POST', x.roles, { clusters: a })),
    fails('another etag', 'ROLE_CHANGED', byChange({ ifMatch: '"other"' }), extendRole),
    fails('a role of another owner', 'MANAGED_ELSEWHERE', byChange(), (x, service) =>
      extendRole(x, service, { tags: { ManagedBy: 'Terraform' } }),
    ),
    fails('a line that an active profile needs', 'PROFILE_ACTIVE', byChange(), (x, service) => {
      const { accountId } = x;
      const profiles = [{ name: 'default' }];
      service.world.putCluster({ accountId, region: 'us-west-2', name: 'z', profiles });
      return extendRole(x, service);
    }),
    fails('an unknown change', 'CHANGE_NOT_FOUND', { id: 'change_0' }),
    invalid('an ID that is none', '/id', { id: 'a b' }),
    mistyped('a choice that is none', { id: 'change_0', onLaterChanges: 'KEEP' }),
  ],
  changes: [
    works(
      'of one account, all filters',
      (x) =>
        usual(x, {
          kind: 'CREATE',
          outcome: 'SUCCEEDED',
          cluster: 'us-west-2/a',
          q: 'us-west-2/a Anonymous',
          actor: 'anonymous',
          since: '0001-01-01',
          until: '9999-12-31T23:59:59Z',
          limit: 10,
        }),
      (x, { rest }) => rest('POST', x.roles, { clusters: a }),
    ),
    works(
      'a ticket',
      (x) => ({ accountId: x.accountId, q: 'chg-1042' }),
      (x, { rest }) => rest('POST', x.roles, { clusters: a, reason: 'CHG-1042: new' }),
    ),
    works(
      'a ticket of nobody',
      (x) => ({ accountId: x.accountId, q: 'CHG-1' }),
      (x, { rest }) => rest('POST', x.roles, { clusters: a, reason: 'CHG-1042: new' }),
    ),
    works(
      'the first of two',
      (x) => ({ accountId: x.accountId, limit: 1 }),
      async (x, { rest }) => {
        await rest('POST', x.roles, { clusters: a });
        await rest('POST', x.roles, { clusters: a });
      },
    ),
    works(
      'the second of two',
      (x, given) => ({ accountId: x.accountId, limit: 1, cursor: (given as Answer).json.nextCursor }),
      async (x, { rest }) => {
        for (const _ of 'ab') await rest('POST', x.roles, { clusters: a });
        return rest('GET', `/v1/changes?accountId=${x.accountId}&limit=1`);
      },
    ),
    works(
      'back to the first of two',
      (x, given) => ({ accountId: x.accountId, limit: 1, cursor: (given as Answer).json.previousCursor }),
      async (x, { rest }) => {
        for (const _ of 'ab') await rest('POST', x.roles, { clusters: a });
        const page = `/v1/changes?accountId=${x.accountId}&limit=1`;
        return rest('GET', `${page}&cursor=${(await rest('GET', page)).json.nextCursor}`);
      },
    ),
    invalid(
      'every filter wrong',
      [
        '/accountId',
        '/actor',
        '/actorIssuer',
        '/cluster',
        '/cursor',
        '/limit',
        '/q',
        '/roleName',
        '/since',
        '/until',
      ],
      {
        accountId: 'x',
        roleName: ' ',
        cluster: 'a',
        q: '%-_',
        actor: '',
        actorIssuer: '',
        since: 'x',
        until: '2026-02-30T00:00:00Z',
        limit: 0,
        cursor: '?',
      },
    ),
    invalid('times that no clock shows', ['/since', '/until'], {
      since: '2026-11-23T23:59:60Z',
      until: '0000-01-01T00:00:00Z',
    }),
    works(
      'of a caller of one issuer',
      (x) => ({ accountId: x.accountId, actor: 'anonymous', actorIssuer: 'https://id.example' }),
      (x, { rest }) => rest('POST', x.roles, { clusters: a }),
    ),
    invalid('an issuer without a caller', '/actorIssuer', { actorIssuer: 'https://id.example' }),
    invalid('an actor with NUL', '/actor', { actor: '\0' }),
    invalid('a cursor made up', '/cursor', { cursor: 'c2VxOjA' }),
    invalid('a cursor of NULs', '/cursor', { cursor: 'AAAA' }),
    mistyped('a kind that is none', { kind: 'create' }),
  ],
  change: [
    works('one that is there', byChange(), (x, { rest }) => rest('POST', x.roles, { clusters: a })),
    fails('an unknown one', 'CHANGE_NOT_FOUND', { id: 'change_0' }),
    invalid('an ID that is none', '/id', { id: 'a b' }),
  ],
  changeProof: [
    works('one that is signed', byChange(), async (x, { rest, checkpoint }) => {
      const made = await rest('POST', x.roles, { clusters: a });
      await checkpoint();
      return made;
    }),
    fails('one that is not signed yet', 'UNAVAILABLE', byChange(), (x, { rest }) =>
      rest('POST', x.roles, { clusters: a }),
    ),
    fails('an unknown one', 'CHANGE_NOT_FOUND', { id: 'change_0' }),
    invalid('an ID that is none', '/id', { id: 'a b' }),
  ],
  auditVerification: [
    works('all of it', {}, (_, { checkpoint }) => checkpoint()),
    works(
      'from a checkpoint on',
      (_, given) => ({ from: given as number }),
      async (_, { rest }) => (await rest('GET', '/v1/audit/verification')).json.checkpoint.seq,
    ),
    invalid('from where there is none', '/from', { from: 2_000_000_000 }),
    invalid('from before the log', '/from', { from: 0 }),
  ],
};
