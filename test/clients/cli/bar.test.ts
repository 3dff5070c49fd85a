import t from 'tap';
import { barOn } from '#clients/cli/src/run/bar.ts';
import type { Sweep } from '#src/schema/sweep.ts';

const sweep = (numbers: Partial<Sweep>) =>
  ({ total: 300, done: 0, failed: 0, verdicts: {}, ...numbers }) as Sweep;

function drawn(screen: { isTTY?: boolean; columns?: number }, ...steps: Partial<Sweep>[]): string[] {
  const written: string[] = [];
  const bar = barOn({ ...screen, write: (text: string | Uint8Array) => written.push(String(text)) > 0 });
  for (const step of steps) bar.show(sweep(step));
  bar.end();
  return written;
}

t.test('one line of a terminal, redrawn and removed', async (t) => {
  t.same(
    drawn(
      { isTTY: true, columns: 200 },
      {},
      { done: 150, failed: 2, verdicts: { COMPLIANT: 140, MISSING: 8 } },
      { done: 300 },
    ),
    [
      `\r[${' '.repeat(30)}] 0 %  0 of 300 accounts\u001b[K`,
      `\r[${'='.repeat(15)}${' '.repeat(15)}] 50 %  150 of 300 accounts  2 failed  140 COMPLIANT  8 MISSING\u001b[K`,
      `\r[${'='.repeat(30)}] 100 %  300 of 300 accounts\u001b[K`,
      '\r\u001b[K',
    ],
  );
  t.match(drawn({ isTTY: true }, { total: 0 }), [/100 %/, String], 'with no accounts the bar is full');
});

t.test('a narrow terminal does not wrap it; other outputs get nothing', async (t) => {
  const [line = ''] = drawn({ isTTY: true, columns: 40 }, { done: 299, failed: 7 });
  t.equal(line.length, '\r'.length + 39 + '\u001b[K'.length);
  t.same(drawn({ columns: 200 }, {}, { done: 300 }), []);
});
