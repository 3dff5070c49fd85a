import fc from 'fast-check';
import t from 'tap';
import { findPlace, writeJson } from '#console/roles/trust/json-lines.ts';

const document = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'eks-fargate-pods.amazonaws.com' },
      Condition: { ArnLike: { 'aws:SourceArn': ['one', 'two'] }, 'a/b~c': {} },
    },
    { Effect: 'Deny', NotPrincipal: [] },
  ],
};

t.test('the text is that of JSON.stringify', async (t) => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      (value) => writeJson(value).lines.join('\n') === JSON.stringify(value, null, 2),
    ),
  );
  t.equal(writeJson(document).lines.join('\n'), JSON.stringify(document, null, 2));
});

const places: [pointer: string | null, first: string | null, lines: number][] = [
  ['/Statement/0/Condition/ArnLike/aws:SourceArn/1', '"two"', 1],
  ['/Statement/0/Condition/ArnLike/aws:SourceArn', '"aws:SourceArn": [', 4],
  ['/Statement/0/Principal/Service', '"Service": "eks-fargate-pods.amazonaws.com"', 1],
  ['/Statement/1', '{', 4],
  ['/Statement/0/Condition/a~1b~0c', '"a/b~c": {}', 1],
  ['/Version', '"Version": "2012-10-17",', 1],
  ['', '{', 24],
  // A place that is not there: the nearest that is, but not the whole document.
  ['/Statement/1/NotPrincipal/0', '"NotPrincipal": []', 1],
  ['/Nothing/at/all', null, 0],
  [null, null, 0],
];
for (const [pointer, first, count] of places)
  t.test(`the place of ${pointer}`, async (t) => {
    const text = writeJson(document);
    const place = findPlace(text, pointer);
    t.equal(place && text.lines[place.from - 1]?.trim(), first);
    t.equal(place ? place.to - place.from + 1 : 0, count);
  });
