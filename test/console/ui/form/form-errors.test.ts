import t from 'tap';
import { errorsByField, fieldOf } from '#console/ui/form/form-errors.ts';

const fields = ['/name', '/labels', '/sweep/select', '/sweep/select/labels'];

t.test('a pointer is of the innermost field', async (t) => {
  const cases: [pointer: string, field: string | undefined][] = [
    ['/name', '/name'],
    ['/names', undefined],
    ['/labels/team', '/labels'],
    ['/sweep/select', '/sweep/select'],
    ['/sweep/select/labels/a', '/sweep/select/labels'],
    ['/sweep/select/accountIds/3', '/sweep/select'],
    ['/sweep', undefined],
    ['', undefined],
  ];
  for (const [pointer, field] of cases) t.equal(fieldOf(pointer, fields), field, pointer || '(the whole)');
});

t.test('each field has its errors, which say where in it they are', async (t) => {
  const { byField, others } = errorsByField(
    [
      { pointer: '/name', message: 'must be short' },
      { pointer: '/labels/a~1b~0c', message: 'must be a key' },
      { pointer: '/sweep/select/accountIds/2', message: 'must be 12 digits' },
      { pointer: '/sweep/select/accountIds/4', message: 'must be 12 digits' },
      { pointer: '/sweep/select/labels/0', message: 'must be a text' },
      { pointer: '/dryRun', message: 'must be true or false' },
    ],
    fields,
  );
  t.same(Object.fromEntries(byField), {
    '/name': 'Must be short',
    '/labels': 'a/b~c: must be a key',
    '/sweep/select/labels': 'Number 1: must be a text',
    '/sweep/select': 'accountIds, number 3: must be 12 digits. accountIds, number 5: must be 12 digits',
  });
  t.same(others, [{ pointer: '/dryRun', message: 'must be true or false' }]);
});
