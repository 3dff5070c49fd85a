import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  type Tool as ShownTool,
} from '@modelcontextprotocol/sdk/types.js';
import { invalidInput, validateInput } from '../../operations/call/input.ts';
import type { Problem } from '../../schema/problem.ts';
import { version } from '../../version.ts';
import type { Calls } from './calls.ts';
import { readResource, resources, resourceTemplates } from './resources.ts';
import { errorResultOf, resultOf } from './results.ts';
import { showSchema } from './show-schema.ts';
import type { Tool } from './tool.ts';
import { tools } from './tools.ts';
import { quote, standingSentence } from './untrusted.ts';

const instructions = [
  'Rolewright checks the IAM roles with which Amazon EKS runs pods on AWS Fargate, in many AWS accounts.',
  'Every tool only reads: nothing here changes AWS or the log. A person makes changes, with the command line or the console.',
  standingSentence,
  'Start with find_accounts if you have no account ID. Name a cluster as REGION/NAME. Explain a code with explain_finding.',
].join(' ');

const shownTools: ShownTool[] = tools.map(({ name, title, description, input, output }) => ({
  name,
  title,
  description: `${description} ${standingSentence}`,
  inputSchema: showSchema(input),
  outputSchema: showSchema(output, true),
  // They read from AWS, and the same call may answer something else tomorrow.
  annotations: {
    title,
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
}));

/** The client's forms would be validated with it. This server asks for none, and creates no validator. */
const jsonSchemaValidator = {
  getValidator: () => {
    throw new Error('the server asks its client for nothing');
  },
};

const resourceNotFound = -32002;

/**
 * Creates a server for one message. `problemOf` turns an error of a tool into a problem, and logs what the
 * problem does not show.
 */
export function createMcpServer(calls: Calls, problemOf: (error: unknown) => Problem): Server {
  const server = new Server(
    { name: 'rolewright', title: 'Rolewright', version },
    { capabilities: { tools: {}, resources: {} }, instructions, jsonSchemaValidator },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: shownTools }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (!tool)
      throw new McpError(
        ErrorCode.InvalidParams,
        `There is no tool ${quote(params.name, 64)}. The tools are ${tools.map(({ name }) => name).join(', ')}.`,
      );
    return await runTool(tool, calls, params.arguments ?? {}).catch((error: unknown) =>
      errorResultOf(problemOf(error)),
    );
  });
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }) => {
    const found = readResource(uri);
    if (!found)
      throw new McpError(
        resourceNotFound,
        `There is no resource ${quote(uri, 120)}. rolewright://findings lists the codes.`,
      );
    return { contents: [found] };
  });
  return server;
}

async function runTool(tool: Tool, calls: Calls, input: object): Promise<CallToolResult> {
  const errors = validateInput(tool.input, input);
  if (errors.length > 0) throw invalidInput(errors);
  return resultOf(await tool.run(calls, input as never));
}
