import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { startPostgres } from '#dev/sandbox/postgres.ts';
import { openTestDatabase } from '#test/support/database.ts';
import { runSql } from '#test/support/postgres.ts';
import { draft } from '../../postgres/fixtures/draft.ts';

const asRoot = process.getuid?.() === 0;

async function temporary(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'rolewright-sandbox-'));
  // A server whose owner was killed still writes while it stops.
  t.teardown(() => rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  await chmod(directory, 0o755); // For the last test to be the only one behind closed doors.
  return directory;
}

async function start(t: Test, options: { directory: string; port?: number; persistent: boolean }) {
  const server = await startPostgres(options);
  t.teardown(() => server.stop());
  return server;
}

const isGone = (path: string) =>
  stat(path).then(
    () => false,
    () => true,
  );

t.test('a second start finds the data, and connected clients continue', async (t) => {
  const directory = join(await temporary(t), 'deep', 'postgres');
  const server = await start(t, { directory, persistent: true });
  const { ledger, health, migrate, close } = openTestDatabase({ url: server.url });
  t.teardown(close);
  await migrate();
  const refused = await ledger.refuse(draft(), { code: 'ROLE_EXISTS', detail: 'it does' });

  await server.stop();
  await server.stop();
  await t.rejects(health.check(), { code: 'UNAVAILABLE' });
  await t.rejects(ledger.open(draft()), { code: 'AUDIT_UNAVAILABLE' });

  const again = await start(t, { directory, persistent: true, port: Number(new URL(server.url).port) });
  t.equal(again.url, server.url);
  await t.resolves(health.check());
  t.strictSame((await ledger.list({})).items, [refused]);
});

t.test('it listens on the loopback alone, behind a password', async (t) => {
  const { url } = await start(t, { directory: await temporary(t), persistent: false });
  const wrong = new URL(url);
  wrong.password = 'guess';
  await t.rejects(runSql(wrong.href, 'SELECT 1'), { code: '28P01' });
  const [addresses, sockets] = await runSql(url, 'SHOW listen_addresses', 'SHOW unix_socket_directories');
  t.strictSame(addresses?.rows, [{ listen_addresses: '127.0.0.1' }]);
  t.strictSame(sockets?.rows, [{ unix_socket_directories: '' }]);
});

t.test('a server that is not persistent leaves nothing', async (t) => {
  const directory = join(await temporary(t), 'postgres');
  const server = await start(t, { directory, persistent: false });
  t.notOk(await isGone(directory));
  await server.stop();
  t.ok(await isGone(directory));
});

t.test('a port or a directory in use is one line of error', async (t) => {
  const directory = await temporary(t);
  const { url } = await start(t, { directory: join(directory, 'a'), persistent: true });
  const port = Number(new URL(url).port);
  await t.rejects(startPostgres({ directory: join(directory, 'b'), persistent: true, port }), {
    message: `port ${port} is in use`,
  });
  await t.rejects(startPostgres({ directory: join(directory, 'a'), persistent: true }), {
    message: /^a PostgreSQL is already running on .*a\/data$/,
  });
  t.ok(await runSql(url, 'SELECT 1'), 'the first is not disturbed');
});

t.test(
  'a lock file whose pid is now another process does not block',
  { skip: process.platform !== 'linux' && 'reads /proc' },
  async (t) => {
    const directory = await temporary(t);
    const server = await start(t, { directory, persistent: true });
    const file = join(directory, 'data', 'postmaster.pid');
    const lock = await readFile(file, 'utf8');
    await server.stop();
    // A process of the server's own user: PostgreSQL itself ignores those of others.
    const other = spawn('sleep', ['60'], asRoot ? { uid: 65534 } : {});
    t.teardown(() => other.kill());
    await writeFile(file, lock.replace(/^\d+/, `${other.pid}`));
    const again = await start(t, { directory, persistent: true });
    t.ok(await runSql(again.url, 'SELECT 1'));
  },
);

/** A process that starts PostgreSQL, prints its URL, and after SIGINT prints whether it still answers. */
async function owner(t: Test, directory: string) {
  const script = `
    import { startPostgres } from '#dev/sandbox/postgres.ts';
    import { runSql } from '#test/support/postgres.ts';
    const server = await startPostgres({ directory: ${JSON.stringify(directory)}, persistent: true });
    const alive = setInterval(() => {}, 1000);
    process.once('SIGINT', async () => {
      const [result] = await runSql(server.url, "SELECT 'still there' AS answer");
      console.log(result.rows[0].answer);
      await server.stop();
      clearInterval(alive);
    });
    console.log(server.url);`;
  // Its own process group, as a shell starts a command in a terminal.
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const [url] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { child, url: String(url).split('\n')[0] ?? '' };
}

t.test('after Ctrl-C PostgreSQL stops when its owner has finished', async (t) => {
  const { child, url } = await owner(t, await temporary(t));
  const said = text(child.stdout);
  process.kill(-(child.pid ?? 0), 'SIGINT');
  const [code] = await once(child, 'exit');
  t.match(await said, /still there/);
  t.equal(code, 0, 'and nothing keeps the process alive');
  await t.rejects(runSql(url, 'SELECT 1'), { code: 'ECONNREFUSED' });
});

t.test('PostgreSQL ends with its owner, also when the owner is killed', async (t) => {
  const { child, url } = await owner(t, await temporary(t));
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  child.kill('SIGKILL');
  // The postmaster's end closes every connection.
  await once(socket.resume(), 'close');
  await t.rejects(async () => {
    for (let attempt = 0; attempt < 100; attempt += 1) await runSql(url, 'SELECT 1');
  });
});

t.test(
  'root can start it in a directory that other users cannot enter',
  { skip: !asRoot && 'is not root' },
  async (t) => {
    const directory = join(await temporary(t), 'deep');
    await mkdir(directory, { mode: 0o700 });
    const home = join(directory, 'postgres');
    const standIn = `rolewright-data-${hash('sha256', home).slice(0, 16)}`;
    const server = await start(t, { directory: home, persistent: false });
    t.ok(await runSql(server.url, 'SELECT 1'));
    t.ok((await readdir('/var/tmp')).includes(standIn));
    await server.stop();
    t.notOk((await readdir('/var/tmp')).includes(standIn), 'nothing is left there');
  },
);
