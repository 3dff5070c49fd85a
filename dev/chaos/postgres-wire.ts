// The part of PostgreSQL's protocol (version 3) that is needed to recognize a COMMIT.

/**
 * One message: its type (a letter; empty for a client's first message, which has no type), and all of its
 * bytes.
 */
export interface Message {
  type: string;
  bytes: Buffer;
}

/**
 * Divides a stream into messages and keeps the rest. `opening`: the stream begins with a message without a
 * type.
 */
export function createFramer(opening: boolean): (chunk: Buffer) => Message[] {
  let rest: Buffer = Buffer.alloc(0);
  let isOpening = opening;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const head = isOpening ? 0 : 1;
      if (rest.length < head + 4) return messages;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) return messages;
      messages.push({
        type: isOpening ? '' : String.fromCharCode(rest[0] ?? 0),
        bytes: rest.subarray(0, length),
      });
      rest = rest.subarray(length);
      isOpening = false;
    }
  };
}

export type Kind = 'intent' | 'outcome';

/** `begins`: this message requests a commit. `ends`: this message confirms it. */
type Sight = { begins: Kind } | { ends: Kind } | null;

const logTable = /insert\s+into\s+(public\.)?"?ledger_entry\b/i;
const pending = /\\*"outcome\\*"\s*:\s*\\*"PENDING/;
const startsTransaction = /^\s*(begin|start\s+transaction)\b/i;
const commits = /(^|;)\s*(commit|end)\b[\s;]*$/i;
const endsTransaction = /(^|;)\s*(commit|end|rollback|abort)\b[\s;]*$/i;

/** Follows one connection, and finds the commits that write an intent or an outcome. */
export function createWatcher() {
  const prepared = new Map<string, string>();
  let inTransaction = false;
  let written: Kind | null = null;
  let committing: Kind | null = null;

  function run(text: string, values: string): Sight {
    if (startsTransaction.test(text)) {
      inTransaction = true;
      written = null;
    }
    if (logTable.test(text)) written = pending.test(values) ? 'intent' : 'outcome';
    const isCommit = commits.test(text) || (!inTransaction && logTable.test(text));
    if (endsTransaction.test(text)) inTransaction = false;
    if (!isCommit || written === null) return null;
    committing = written;
    written = null;
    return { begins: committing };
  }

  return {
    fromClient({ type, bytes }: Message): Sight {
      const text = bytes.toString('latin1', 5);
      if (type === 'Q') return run(text.replace(/\0$/, ''), text);
      const [name = '', statement = ''] = text.split('\0', 2);
      if (type === 'P') prepared.set(name, statement);
      // Bind: the portal, the statement, then its values.
      if (type === 'B') return run(prepared.get(statement) ?? '', text);
      return null;
    },
    fromServer({ type, bytes }: Message): Sight {
      const isDone =
        type === 'Z'
          ? bytes[5] === 'I'.charCodeAt(0)
          : type === 'C' && bytes.toString('latin1', 5).startsWith('COMMIT');
      if (!isDone || committing === null) return null;
      const ends = committing;
      committing = null;
      return { ends };
    },
  };
}
