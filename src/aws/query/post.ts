import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

export interface Answer {
  statusCode: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** The connection broke after the headers of the answer had arrived. */
export class BrokenOff extends Error {
  readonly answer: Omit<Answer, 'text'>;
  constructor(answer: Omit<Answer, 'text'>, cause: Error) {
    super(cause.message, { cause });
    this.answer = answer;
  }
}

/**
 * Sends a request and reads the whole answer. undici's `request` creates a stream for each answer, which
 * costs 8 % of a check. Throws BrokenOff; before the headers arrived, undici's own errors.
 */
export function post(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let head: Omit<Answer, 'text'> | undefined;
    const chunks: Buffer[] = [];
    dispatcher.dispatch(options, {
      onRequestStart() {},
      onResponseStart(_controller, statusCode, headers) {
        // Informational responses, such as 100 Continue, come before the answer.
        if (statusCode >= 200) head = { statusCode, headers };
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        const [first] = chunks;
        const whole = chunks.length === 1 && first ? first : Buffer.concat(chunks);
        if (head) resolve({ ...head, text: whole.toString('utf8') });
        else reject(new Error('an answer without a status'));
      },
      onResponseError(_controller, error) {
        reject(head ? new BrokenOff(head, error) : error);
      },
    });
  });
}
