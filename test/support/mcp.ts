import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { Test } from 'tap';
import { plainEnvironment } from './environment.ts';
import type { TestService } from './service.ts';

/** The address of a service. It listens from the first call on. */
export async function addressOf({ app }: TestService): Promise<string> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

/** How an assistant reaches the tools: over HTTP, or through the command line. */
export const ways = ['HTTP', 'STDIO'] as const;
export type Way = (typeof ways)[number];

/** The SDK's own client, connected. `token`: its credential. */
export async function connectAssistant(
  t: Test,
  service: TestService,
  { way = 'HTTP', token }: { way?: Way; token?: string | undefined } = {},
): Promise<Client> {
  const url = await addressOf(service);
  const client = new Client({ name: 'assistant', version: '1' });
  await client.connect(way === 'HTTP' ? overHttp(url, token) : throughCommandLine(url, token));
  t.teardown(() => client.close());
  return client;
}

const overHttp = (url: string, token: string | undefined): Transport =>
  new StreamableHTTPClientTransport(new URL('/mcp', url), {
    requestInit: token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    // The types of the package do not allow undefined where members may be left out.
  }) as Transport;

const throughCommandLine = (url: string, token: string | undefined): Transport =>
  new StdioClientTransport({
    command: process.execPath,
    args: ['clients/cli/bin/rolewright.mjs', 'mcp'],
    env: {
      ...plainEnvironment,
      ROLEWRIGHT_CONFIG_DIR: `${tmpdir()}/rolewright-none-${process.pid}`,
      ROLEWRIGHT_URL: url,
      ...(token !== undefined && { ROLEWRIGHT_TOKEN: token }),
    } as Record<string, string>,
  });

export interface ToolResult {
  // biome-ignore lint/suspicious/noExplicitAny: a test says itself what it expects there
  data: any;
  text: string;
  isError: boolean;
}

/** Calls a tool. The client validates the structured content by the tool's schema, once it has listed them. */
export async function callTool(client: Client, name: string, args: object = {}): Promise<ToolResult> {
  const result = (await client.callTool({
    name,
    arguments: args as Record<string, unknown>,
  })) as CallToolResult;
  const [first] = result.content;
  return {
    data: result.structuredContent,
    text: first?.type === 'text' ? first.text : '',
    isError: result.isError === true,
  };
}
