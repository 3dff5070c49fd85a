import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { Problem } from '../../schema/problem.ts';
import { explanations } from './explanations.ts';
import type { ToolAnswer } from './tool.ts';
import { clean, quote } from './untrusted.ts';

/** Maximum number of characters of a text. */
const mostText = 1900;

/** The result of a tool that has answered. */
export const resultOf = ({ data, text }: ToolAnswer<object>): CallToolResult => ({
  content: [{ type: 'text', text: fitLines(text) }],
  structuredContent: data as Record<string, unknown>,
});

/** The lines that fit. A line is whole or left out. */
function fitLines(lines: readonly string[]): string {
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > mostText && kept.length > 0) {
      kept.push(
        `… and ${lines.length - kept.length} more lines: see structuredContent, or ask for fewer items.`,
      );
      break;
    }
    kept.push(line);
  }
  return kept.join('\n');
}

/** The result of a tool that failed: the code, what is wrong, and the remedy. The detail may quote AWS. */
export function errorResultOf({ code, detail, retryable, requestId }: Problem): CallToolResult {
  const lines = [
    `${code}: ${quote(detail, 600)}`,
    `Remedy: ${explanations.get(code)?.remedy ?? 'Give the request ID to the operator of the service.'}`,
    `${retryable ? 'The same call may work in a moment. ' : ''}Request ${clean(requestId)}.`,
  ];
  return { content: [{ type: 'text', text: lines.join('\n') }], isError: true };
}
