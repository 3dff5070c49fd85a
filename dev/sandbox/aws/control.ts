import type { Static, TSchema } from 'typebox';
import Value from 'typebox/value';
import { ClusterSeed } from './eks/seed.ts';
import { FaultSpec } from './faults.ts';
import { parseJson } from './json.ts';
import { AccountSeed, OrganizationSeed, RoleSeed } from './seeds.ts';
import type { World } from './world.ts';

/** An answer of the control endpoint: JSON. */
interface ControlAnswer {
  status: number;
  body: unknown;
}

const read = <S extends TSchema>(schema: S, text: string): Static<S> => {
  const body = parseJson(text);
  if (body === undefined) throw new Error('the body is not JSON');
  if (Value.Check(schema, body)) return body as Static<S>;
  throw new Error(
    Value.Errors(schema, body)
      .map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
      .join('; '),
  );
};

const done = { ok: true };

/** `METHOD /path` and its handler. World has the same functions. */
const routes: Record<string, (world: World, query: URLSearchParams, text: string) => unknown> = {
  'GET /ledger': (world, query) => world.ledger(query.get('accountId') ?? undefined),
  'DELETE /ledger': (world, query) => {
    world.clearLedger(query.get('accountId') ?? undefined);
    return done;
  },
  'GET /calls': (world, query) => world.calls(query.get('accountId') ?? undefined),
  'DELETE /calls': (world, query) => {
    world.clearCalls(query.get('accountId') ?? undefined);
    return done;
  },
  'POST /accounts': (world, _query, text) => {
    world.putAccount(read(AccountSeed, text));
    return done;
  },
  'POST /organizations': (world, _query, text) => world.putOrganization(read(OrganizationSeed, text)),
  'POST /roles': (world, _query, text) => world.putRole(read(RoleSeed, text)),
  'DELETE /roles': (world, query) => ({
    deleted: world.deleteRole(query.get('accountId') ?? '', query.get('roleName') ?? ''),
  }),
  'POST /clusters': (world, _query, text) => world.putCluster(read(ClusterSeed, text)),
  'DELETE /clusters': (world, query) => ({
    deleted: world.deleteCluster(
      query.get('accountId') ?? '',
      query.get('region') ?? '',
      query.get('name') ?? '',
    ),
  }),
  'POST /faults': (world, _query, text) => {
    world.addFaults(read(FaultSpec, text));
    return done;
  },
  'DELETE /faults': (world) => {
    world.clearFaults();
    return done;
  },
};

/** Serves /_sandbox/. Answers 404 for an unknown route, and 400 with the reason for an invalid request. */
export const control = (world: World, method: string, url: URL, text: string): ControlAnswer => {
  const route = routes[`${method} ${url.pathname.slice('/_sandbox'.length)}`];
  if (!route) return { status: 404, body: { error: 'no such route', routes: Object.keys(routes) } };
  try {
    return { status: 200, body: route(world, url.searchParams, text) };
  } catch (error) {
    // Seeding fails only on invalid requests: an unknown account, a role without a trust policy, a malformed
    // body.
    return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
  }
};
