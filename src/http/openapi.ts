import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { version } from '../version.ts';
import { listNamedShapes } from './components.ts';
import { docsPolicy } from './connection/headers.ts';

const info = {
  title: 'Rolewright',
  version,
  description:
    'Checks, creates and extends the pod execution roles of Amazon EKS on Fargate in many AWS accounts, with a log of every change.\n\nBeside this API: GraphQL at `/graphql`, and tools for AI assistants at `POST /mcp` (Model Context Protocol, streamable HTTP without sessions), with the same credentials, permissions and rate limits. The tools read and plan only.',
  license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
};
const bearer = {
  type: 'http',
  scheme: 'bearer',
  description:
    'An access token (JWT) of the trusted issuer, or a service token (rwt_…). Ignored with AUTH=none.',
} as const;

/**
 * Registers the OpenAPI description and its pages. Routes that are registered before it are not described.
 */
export async function registerOpenapi(app: FastifyInstance): Promise<void> {
  for (const shape of listNamedShapes()) app.addSchema(shape);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info,
      security: [{ bearer: [] }],
      components: { securitySchemes: { bearer } },
      servers: [{ url: '/', description: 'this service' }],
    },
    refResolver: {
      buildLocalReference: (json, _, __, i) => (typeof json.$id === 'string' ? json.$id : `def-${i}`),
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: docsPolicy });
  const hidden = { schema: { hide: true } } as const;
  app.get('/openapi.json', hidden, async () => app.swagger());
  app.get('/openapi.yaml', hidden, async (_, reply) =>
    reply.type('application/yaml').send(app.swagger({ yaml: true })),
  );
}
