import t from 'tap';
import { clusters, roleName, startService, trustOf } from '#test/support/service.ts';

t.test('an edit between our read and our write', async (t) => {
  const gate = { before: async () => {}, rounds: 0 };
  const other = await startService(t, {
    deps: ({ ledger }) => ({
      ledger: {
        ...ledger,
        // The last call before the role is read again.
        open: async (draft) => {
          await gate.before();
          return ledger.open(draft);
        },
      },
    }),
  });
  const { accountId, role, seed, trust, ledger, line } = await other.account();
  const extend = () => other.rest('POST', `${role}/extend`, { clusters: clusters('ours') });
  for (const edits of [1, 2]) {
    seed([`a-${edits}`]);
    let left = edits;
    gate.before = async () => {
      if (left > 0) seed([`a-${edits}`, `theirs-${left}`]);
      left -= 1;
    };
    t.match(
      await extend(),
      { status: 200, json: { change: { outcome: 'SUCCEEDED', editedOutside: true } } },
      `${edits} edits: planned again`,
    );
    t.same(
      JSON.parse(trust()),
      trustOf([line(`a-${edits}`), line('theirs-1'), line('ours')]),
      'on top of the edit',
    );
    const log = (await other.changes(accountId)).slice(0, edits + 1);
    t.match(
      log.slice(1),
      Array(edits).fill({
        outcome: 'FAILED',
        steps: [],
        error: { code: 'ROLE_CHANGED', detail: /Somebody else edited/ },
      }),
    );
  }
  seed(['b']);
  const written = ledger().length;
  let edits = 0;
  gate.before = async () => seed(['b', `again-${edits++}`]);
  t.match(
    await extend(),
    { status: 412, json: { code: 'ROLE_CHANGED', retryable: true, change: { outcome: 'FAILED' } } },
    'for ever',
  );
  gate.before = async () => seed(['b', 'theirs']);
  seed(['b']);
  const { headers } = await other.rest('GET', role);
  const answer = await other.rest(
    'POST',
    `${role}/extend`,
    { clusters: clusters('ours') },
    { 'if-match': String(headers.etag) },
  );
  t.match(
    answer,
    { status: 412, json: { code: 'ROLE_CHANGED', detail: /ETag is/ } },
    'with If-Match the caller has to decide',
  );
  gate.before = async () => void other.world.deleteRole(accountId, roleName);
  seed(['b']);
  t.match(await extend(), { status: 404, json: { code: 'ROLE_NOT_FOUND' } }, 'deleted');
  t.equal(ledger().length, written, 'nothing was written');
});
