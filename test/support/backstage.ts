import t, { type Test } from 'tap';
import { signIn } from '#dev/backstage/backend.ts';
import type { components, User } from '#dev/backstage/catalog.ts';

// Backstage as a signed-in person uses it, for the tests of `npm run e2e:backstage`.

const { BACKSTAGE_URL: url = '' } = process.env;

type Component = keyof typeof components;
interface Cluster {
  region: string;
  name: string;
}

/** Runs a test against Backstage and the sandbox. `npm test` leaves these tests out. */
export function testBackstage(name: string, body: (t: Test) => Promise<void>): void {
  if (url) t.test(name, body);
  else t.pass(`npm run e2e:backstage runs this: ${name}`, { skip: true });
}

export const refOf = (component: Component) => `component:default/${component}`;
export const clusterOf = (name: string): Cluster => ({ region: 'us-west-2', name });

interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: assertions say what it has to be
  body: any;
}

/** A signed-in person. `at`: the address of another Backstage than that of the tests. */
export async function asUser(user: User, at = url) {
  const token = await signIn(at, user);
  const ask = (path: string, body?: object) => askAs(token, path, body, at);
  return {
    token,
    ask,
    overview: (component: Component) => ask(`/api/rolewright/overview?entityRef=${refOf(component)}`),
    extend: (component: Component, cluster: string, more: object = {}) =>
      ask('/api/rolewright/extend', {
        entityRef: refOf(component),
        clusters: [clusterOf(cluster)],
        dryRun: false,
        ...more,
      }),
    /** Runs a template to its end. */
    run: async (template: string, values: object): Promise<Task> => {
      const { status, body } = await ask('/api/scaffolder/v2/tasks', {
        templateRef: `template:default/${template}`,
        values,
      });
      if (status !== 201) throw new Error(JSON.stringify(body));
      return await toEnd(token, body.id, at);
    },
    retry: async ({ id }: Task): Promise<Task> => {
      const { status, body } = await ask(`/api/scaffolder/v2/tasks/${id}/retry`, {});
      if (status !== 201) throw new Error(JSON.stringify(body));
      return await toEnd(token, id, at);
    },
  };
}

/** `token`: null for nobody. */
export async function askAs(token: string | null, path: string, body?: object, at = url): Promise<Reply> {
  const answer = await fetch(`${at}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

interface Task {
  id: string;
  status: string;
  // biome-ignore lint/suspicious/noExplicitAny: assertions say what it has to be
  output: any;
  log: string;
}

/** Reads the events of a task until it has ended. */
async function toEnd(token: string, id: string, at: string): Promise<Task> {
  const headers = { authorization: `Bearer ${token}` };
  const stream = await fetch(`${at}/api/scaffolder/v2/tasks/${id}/eventstream`, { headers });
  let text = '';
  for await (const chunk of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (/^event: completion\n[\s\S]*\n\n/m.test(text)) break;
  }
  const { body } = await askAs(token, `/api/scaffolder/v2/tasks/${id}`, undefined, at);
  const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data));
  const output = events.findLast(({ type }) => type === 'completion')?.body.output;
  return { id, status: body.status, output, log: events.map((one) => one.body.message).join('\n') };
}
