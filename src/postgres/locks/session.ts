import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import pg from 'pg';
import { applySettings, connectionTo } from '../connection/pool.ts';

const questions = {
  lock: 'pg_try_advisory_lock($1)',
  unlock: 'pg_advisory_unlock($1)',
  holds: `EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid() AND objsubid = 1
    AND (classid::bigint << 32 | objid::bigint) = $1)`,
  alive: '$1::bigint IS NOT NULL',
};
type Question = keyof typeof questions;

/**
 * A pooler in transaction mode shares a session among clients, and PostgreSQL grants a session the lock that
 * it already holds. So each client puts its token into its session, unless there is one already. The session
 * then answers only the questions with that token.
 */
const token = "coalesce(current_setting('rolewright.session', TRUE), '')";
const claim = `SELECT CASE WHEN ${token} = '' THEN set_config('rolewright.session', $1, FALSE) END IS NOT NULL AS yes`;
/** Null: the session belongs to another client, or to none. */
const statementOf = (question: Question) =>
  `SELECT CASE WHEN ${token} = $2 THEN ${questions[question]} END AS yes`;
const notOurs = () =>
  new Error('the session is not our own: a pooler in transaction mode gives it to others');

/** A connection, and how many locks it holds. Once it is not alive it stays so. */
export interface Session {
  isAlive: boolean;
  locks: number;
  ask(question: Question, key: bigint): Promise<boolean>;
  end(): void;
}

/**
 * Connects in the background. A question that is not answered in `patienceMs` ends the connection. The server
 * ends it after `silenceMs` without a question; a living process asks several in that time.
 */
export function connect(url: string, patienceMs: number, silenceMs: number): Session {
  const socket = new Socket();
  // The server notices a lost network after 40 s and releases the locks. We notice it after 20 s.
  const keepalive = { tcp_keepalives_idle: 15, tcp_keepalives_interval: 5, tcp_keepalives_count: 5 };
  const settings = { ...keepalive, idle_session_timeout: silenceMs };
  const own = randomUUID();
  // With a pipeline no query waits for another's answer. We own the socket, because client.end() would wait
  // for all answers.
  const client = new pg.Client({ ...connectionTo(url), pipeline: true, stream: () => socket });
  const connected = client.connect().then(async () => {
    const { rows } = await client.query<{ yes: boolean }>(claim, [own]);
    if (!rows[0]?.yes) throw notOurs();
    await applySettings(client, settings);
  });
  const session: Session = {
    isAlive: true,
    locks: 0,
    async ask(question, key) {
      const alarm = setTimeout(session.end, patienceMs);
      try {
        await connected;
        const { rows } = await client.query<{ yes: boolean | null }>({
          name: question,
          text: statementOf(question),
          values: [key, own],
        });
        const yes = rows[0]?.yes ?? null;
        if (yes === null) throw notOurs();
        return yes;
      } catch (error) {
        session.end();
        throw error;
      } finally {
        clearTimeout(alarm);
      }
    },
    end() {
      session.isAlive = false;
      clearInterval(heart);
      socket.destroy();
    },
  };
  // Questions report the failure. Until then nobody awaits it.
  connected.catch(session.end);
  // A failed heartbeat ends the connection, as any failed question does.
  const heart = setInterval(() => session.ask('alive', 0n).catch(session.end), silenceMs / 4).unref();
  client.on('error', session.end).on('end', session.end);
  return session;
}
