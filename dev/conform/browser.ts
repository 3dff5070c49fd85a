import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fetcher } from '#src/http/graphql/fetcher.ts';
import { installedPackages, NotRun } from './tools.ts';

// Makes a GraphQL subscription from a page in a real browser, which cannot set headers of a WebSocket's
// handshake.

const packages = { 'playwright-core': '1.65.1', '@sparticuz/chromium': '153.0.0' };
/** Debian's browser, or another one that is installed. */
const ownBrowsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

interface Page {
  goto(url: string): Promise<unknown>;
  evaluate<T, A>(work: (argument: A) => Promise<T>, argument: A): Promise<T>;
  evaluate(expression: string): Promise<unknown>;
}
interface Playwright {
  chromium: { launch(options: object): Promise<{ newPage(): Promise<Page>; close(): Promise<void> }> };
}
interface Sparticuz {
  default: { args: string[]; executablePath(): Promise<string> };
}

/** Runs in the page: subscribes to a sweep's progress. Answers the close code, or the states that it saw. */
async function subscribe({
  token,
  id,
}: {
  token: string | null;
  id: string;
}): Promise<{ states: string[]; closed: number | null }> {
  const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const send = (message: object) => socket.send(JSON.stringify(message));
  const states: string[] = [];
  socket.onopen = () =>
    send({
      type: 'connection_init',
      ...(token !== null && { payload: { Authorization: `Bearer ${token}` } }),
    });
  const query = `subscription { sweepProgress(id: "${id}") { state } }`;
  return await new Promise((resolve) => {
    socket.onclose = ({ code }) => resolve({ states, closed: code });
    socket.onmessage = ({ data }) => {
      const { type, payload } = JSON.parse(String(data));
      if (type === 'ping') send({ type: 'pong' });
      if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload: { query } });
      if (type === 'next') states.push(payload.data.sweepProgress.state);
      if (type === 'error') states.push(JSON.stringify(payload));
      if (type === 'complete' || type === 'error') resolve({ states, closed: null });
    };
  });
}

/** Runs in the page: a query and a subscription by the function that the GraphiQL page has. */
const graphiql = (token: string, id: string) => `(async () => {
  const fetcher = ${fetcher};
  const options = { headers: { Authorization: 'Bearer ${token}' } };
  const answer = await fetcher({ query: '{ __typename }' }, options);
  const states = [answer.data?.__typename];
  const events = fetcher({ query: 'subscription S { sweepProgress(id: "${id}") { state } }', operationName: 'S' }, options);
  for await (const { data, errors } of events) states.push(data?.sweepProgress.state ?? JSON.stringify(errors));
  return states;
})()`;

export async function browser({
  ROLEWRIGHT_URL: url,
  ROLEWRIGHT_TOKEN: token,
}: {
  ROLEWRIGHT_URL: string;
  ROLEWRIGHT_TOKEN: string;
}): Promise<void> {
  const folder = await installedPackages('browser', packages);
  const load = <T>(file: string): Promise<T> =>
    import(pathToFileURL(join(folder, 'node_modules', file)).href);
  const { chromium } = await load<Playwright>('playwright-core/index.mjs');
  const own = ownBrowsers.find((path) => existsSync(path));
  const { default: packed } = await load<Sparticuz>('@sparticuz/chromium/build/index.js');
  const executablePath = own ?? (await packed.executablePath());
  const args = own ? ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] : packed.args;
  const running = await chromium.launch({ executablePath, args, headless: true }).catch((cause: unknown) => {
    throw new NotRun(
      `no browser could be started: ${cause instanceof Error ? cause.message.slice(0, 500) : cause}`,
      { cause },
    );
  });
  try {
    const page = await running.newPage();
    await page.goto(`${url}/graphiql`);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ operation: 'CHECK', select: { all: true } });
    const sweep = (await (await fetch(`${url}/v1/sweeps`, { method: 'POST', headers, body })).json()) as {
      id: string;
    };
    const seen = await page.evaluate(subscribe, { token, id: sweep.id });
    if (seen.states.at(-1) !== 'DONE') throw new Error(`the subscription saw ${JSON.stringify(seen)}`);
    const refused = await page.evaluate(subscribe, { token: null, id: sweep.id });
    if (refused.closed === null || refused.states.length > 0)
      throw new Error(`without a token it saw ${JSON.stringify(refused)}`);
    const wrong = await page.evaluate(subscribe, { token: `${token}x`, id: sweep.id });
    if (wrong.closed === null || wrong.states.length > 0)
      throw new Error(`with a wrong token it saw ${JSON.stringify(wrong)}`);
    const states = (await page.evaluate(graphiql(token, sweep.id))) as string[];
    if (states[0] !== 'Query' || states.at(-1) !== 'DONE')
      throw new Error(`GraphiQL's fetcher saw ${JSON.stringify(states)}`);
    console.log(`browser: ${executablePath}`);
  } finally {
    await running.close();
  }
}
