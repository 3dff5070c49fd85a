import t from 'tap';
import { createFramer, createWatcher } from '#dev/chaos/postgres-wire.ts';

const message = (type: string, text: string) => {
  const head = Buffer.alloc(4);
  head.writeInt32BE(4 + Buffer.byteLength(text));
  return Buffer.concat([Buffer.from(type), head, Buffer.from(text)]);
};
const sees = (watcher: ReturnType<typeof createWatcher>, type: string, text: string) =>
  watcher.fromClient({ type, bytes: message(type, text) });
const hears = (watcher: ReturnType<typeof createWatcher>, type: string, text: string) =>
  watcher.fromServer({ type, bytes: message(type, text) });

t.test('a stream is cut into its messages, however it comes', async (t) => {
  const whole = Buffer.concat([message('', 'startup'), message('Q', 'one'), message('Q', 'two')]);
  for (const size of [1, 5, 13, whole.length]) {
    const frame = createFramer(true);
    const found = [];
    for (let at = 0; at < whole.length; at += size) found.push(...frame(whole.subarray(at, at + size)));
    t.strictSame(
      found.map(({ type }) => type),
      ['', 'Q', 'Q'],
      `${size} bytes at a time`,
    );
    t.strictSame(Buffer.concat(found.map(({ bytes }) => bytes)), whole);
  }
});

const insert = 'INSERT INTO ledger_entry (seq, body) VALUES ($1, $2)';

t.test('the commit of an intent, and of an outcome', async (t) => {
  for (const [body, kind] of [
    ['{"outcome":"PENDING"}', 'intent'],
    ['{"{\\"outcome\\":\\"PENDING\\"}"}', 'intent'],
    ['{"outcome":"SUCCEEDED"}', 'outcome'],
  ] as const) {
    const watcher = createWatcher();
    t.equal(sees(watcher, 'Q', 'BEGIN; SELECT 1\0'), null);
    t.equal(sees(watcher, 'P', `\0${insert}\0`), null);
    t.equal(sees(watcher, 'B', `\0\0${body}`), null);
    t.strictSame(sees(watcher, 'Q', 'COMMIT\0'), { begins: kind });
    t.equal(hears(watcher, 'C', 'INSERT 0 1\0'), null);
    t.strictSame(hears(watcher, 'C', 'COMMIT\0'), { ends: kind });
    t.equal(hears(watcher, 'Z', 'I'), null, 'once');
  }
});

t.test('an INSERT outside of a transaction is its own commit', async (t) => {
  const watcher = createWatcher();
  sees(watcher, 'P', `named\0${insert}\0`);
  t.strictSame(sees(watcher, 'B', '\0named\0{"outcome":"PENDING"}'), { begins: 'intent' });
  t.equal(hears(watcher, 'Z', 'T'), null);
  t.strictSame(hears(watcher, 'Z', 'I'), { ends: 'intent' });
});

t.test('statements about other tables are ignored', async (t) => {
  const watcher = createWatcher();
  for (const text of ['BEGIN\0', 'INSERT INTO account VALUES (1)\0', 'COMMIT\0'])
    t.equal(sees(watcher, 'Q', text), null, text);
  t.equal(hears(watcher, 'C', 'COMMIT\0'), null);
  sees(watcher, 'Q', 'BEGIN\0');
  sees(watcher, 'Q', `${insert}\0`);
  t.equal(sees(watcher, 'Q', 'ROLLBACK\0'), null);
  sees(watcher, 'Q', 'BEGIN\0');
  t.equal(sees(watcher, 'Q', 'COMMIT\0'), null, 'a rolled back entry does not count as committed');
});
