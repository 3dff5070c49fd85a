import t from 'tap';
import { checkRow, clustersOf, clusterText, listClusters, parseClusters } from '#console/mend/clusters.ts';

const parsed: [text: string, clusters: string[], wrong: string[]][] = [
  ['us-west-2/search', ['us-west-2/search'], []],
  ['us-west-2/a\n eu-west-1/b\r\n\n', ['us-west-2/a', 'eu-west-1/b'], []],
  ['us-west-2/a, us-west-2/a; us-west-2/*', ['us-west-2/a', 'us-west-2/*'], []],
  ['["us-west-2/a", "*/b"]', ['us-west-2/a', '*/b'], []],
  ['arn:aws:eks:eu-west-1:111122223333:cluster/reports', ['eu-west-1/reports'], []],
  ['arn:aws-cn:eks:cn-north-1:111122223333:fargateprofile/shop/*', ['cn-north-1/shop'], []],
  ['search us-west-2/a/b moon/x us-west-2/-x', [], ['search', 'us-west-2/a/b', 'moon/x', 'us-west-2/-x']],
  ['', [], []],
];
for (const [text, clusters, wrong] of parsed)
  t.test(`read from ${JSON.stringify(text)}`, async (t) => {
    const found = parseClusters(text);
    t.same(found.clusters.map(clusterText), clusters);
    t.same(found.wrong, wrong);
  });

t.test('rows: empty ones do not count, and the same cluster counts once', async (t) => {
  const rows = [
    { region: ' us-west-2 ', name: 'a' },
    { region: '', name: ' ' },
    { region: 'us-west-2', name: 'a ' },
  ];
  t.same(clustersOf(rows), [{ region: 'us-west-2', name: 'a' }]);
});

t.test('what is wrong with a row', async (t) => {
  t.same(checkRow({ region: 'us-west-2', name: 'my-cluster_1' }), {});
  t.same(checkRow({ region: '*', name: '*' }), {});
  t.same(Object.keys(checkRow({ region: 'West', name: 'prod-*' })), ['region', 'name']);
  t.match(checkRow({ region: 'us-west-2', name: '' }), { name: 'Name the cluster.' });
});

t.test('clusters in a sentence', async (t) => {
  const some = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ region: 'us-west-2', name: `c${index}` }));
  t.equal(listClusters(some(0)), '');
  t.equal(listClusters(some(1)), 'us-west-2/c0');
  t.equal(listClusters(some(3)), 'us-west-2/c0, us-west-2/c1 and us-west-2/c2');
  t.equal(listClusters(some(6)), 'us-west-2/c0, us-west-2/c1, us-west-2/c2 and 3 more');
});
