import t from 'tap';
import { createRecordCounter } from '#console/history/export/record-count.ts';

const cases: [string, string[], number][] = [
  ['nothing', [], 0],
  ['the heading alone', ['id,seq\r\n'], 0],
  ['two records', ['id,seq\r\n', 'a,1\r\nb,2\r\n'], 2],
  ['a last one without an end', ['id,seq\na,1'], 1],
  ['a line feed in quotes', ['id,diff\n', 'a,"x\ny"\n'], 1],
  ['quotes that pieces divide', ['id,diff\na,"x', '\ny"', '\n'], 1],
  ['a doubled quote', ['id,diff\n"a ""b""\nc",1\nd,2\n'], 2],
];
for (const [text, pieces, count] of cases)
  t.test(text, async (t) => {
    const counter = createRecordCounter();
    for (const piece of pieces) counter.add(piece);
    t.equal(counter.count(), count);
  });
