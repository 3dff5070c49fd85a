import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Test } from 'tap';

interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  ifNoneMatch: string | undefined;
}

/** The part of S3 that stores objects and lists them in order. `answer` may replace its answers. */
export async function startS3(
  t: Test,
  answer: (call: Call) => { status: number; xml: string } | null = () => null,
) {
  const objects = new Map<string, string>();
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '', 'http://x');
    const call: Call = {
      method: request.method ?? '',
      path,
      query,
      ifNoneMatch: request.headers['if-none-match'],
    };
    calls.push(call);
    const body = await text(request);
    const scripted = answer(call);
    const send = (status: number, xml: string) =>
      response.writeHead(status, { 'content-type': 'application/xml' }).end(xml);
    if (scripted) return send(scripted.status, scripted.xml);
    if (call.method === 'PUT') {
      if (objects.has(path))
        return send(412, '<Error><Code>PreconditionFailed</Code><Message>there already</Message></Error>');
      objects.set(path, body);
      return send(200, '');
    }
    if (query.has('list-type')) {
      const keys = [...objects.keys()].map((key) => key.replace(/^\/[^/]+\//, '')).sort();
      const [key] = keys.filter(
        (one) => one.startsWith(query.get('prefix') ?? '') && one > (query.get('start-after') ?? ''),
      );
      return send(
        200,
        `<ListBucketResult>${key === undefined ? '' : `<Contents><Key>${key}</Key></Contents>`}</ListBucketResult>`,
      );
    }
    const found = objects.get(path);
    return found === undefined ? send(404, '<Error><Code>NoSuchKey</Code></Error>') : send(200, found);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { endpoint: `http://127.0.0.1:${port}`, objects, calls };
}
