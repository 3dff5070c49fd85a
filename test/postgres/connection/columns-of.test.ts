import t from 'tap';
import { columnsOf } from '#src/postgres/connection/columns-of.ts';

t.test('columns under the names of the client', async (t) => {
  t.equal(columnsOf({ id: 'id', dryRun: 'dryRun' }, 'sweep'), 'sweep.id AS "id", sweep.dry_run AS "dryRun"');
});
