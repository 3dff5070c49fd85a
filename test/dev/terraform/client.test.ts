import t from 'tap';
import { isStale, providerDocument } from '#dev/terraform/client.ts';
import { readDocument } from '#dev/tools/describe-client.ts';

t.test('the API client of the Terraform provider is current', async (t) => {
  t.notOk(isStale(), 'run npm run describe, which needs Go');
});

t.test('only a change of a shape that the provider uses makes the client stale', async (t) => {
  const document = readDocument();
  const before = JSON.stringify(providerDocument(document));
  const { ClusterLine, Sweep } = document.components.schemas;
  if (!ClusterLine?.properties || !Sweep?.properties) return t.fail('the schemas were found');
  ClusterLine.description = 'Other words.';
  Sweep.properties.another = { type: 'string' };
  t.equal(JSON.stringify(providerDocument(document)), before);
  ClusterLine.properties.another = { type: 'string' };
  t.not(JSON.stringify(providerDocument(document)), before);
});
