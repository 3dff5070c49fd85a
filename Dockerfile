# `npm run image:replay` does what this file says, step by step, where no container engine runs: docs/containers.md.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc prisma.config.ts tsconfig.json ./
COPY prisma prisma
# With install scripts, for `prisma generate`. The packages of the image come from the stage `packages`.
RUN npm ci
COPY src src

# The sandbox's issuer, for docker-compose.yml: `docker build --target issuer`. It gives any token to anyone.
# Never ship it.
FROM build AS issuer
COPY dev dev
ENV HOST=0.0.0.0
# The user `node`, by number, because Kubernetes compares numbers (runAsNonRoot).
USER 1000
EXPOSE 8082
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 8082}/.well-known/openid-configuration`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node"]
CMD ["dev/sandbox/issuer-service.ts"]

# The web console. Its packages stay here: the image has the built files alone.
FROM node:24-slim AS console
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json ./
COPY console/package.json console/
RUN npm ci --ignore-scripts --workspace rolewright-console
COPY console console
COPY clients/typescript clients/typescript
COPY dev/console dev/console
COPY dev/sandbox/spawn-bound.ts dev/sandbox/
RUN node dev/console/main.ts

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Optional packages are left out. One is Prisma's command line: 300 MB that the service never runs.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

# The service. It writes no file, so that its root may be read-only. It starts no process, so that node can be the
# first one: nothing is left behind that it would have to reap.
FROM node:24-slim
# No package manager: what is in the image cannot be changed by one, and scanners do not report its packages.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
  /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn*
# HOST: a published port does not reach a loopback address. NODE_ENV: for the packages. The service hides GraphQL's
# schema unless NODE_ENV is development.
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/package.json ./
COPY --from=build /app/prisma prisma
COPY --from=build /app/src src
COPY --from=console /app/console/dist console/dist
# The user `node`, by number, because Kubernetes compares numbers (runAsNonRoot).
USER 1000
EXPOSE 8080
STOPSIGNAL SIGTERM
# The service waits up to two minutes for its database at the start.
HEALTHCHECK --interval=10s --timeout=3s --start-period=130s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 8080}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Not the entry point of the base image, which is a shell script. Other commands: src/cli/audit-verify.ts,
# src/cli/audit-key.ts, src/cli/migrate.ts.
ENTRYPOINT ["node"]
# These flags for V8, the same as in `npm start`, keep the process under 300 MB: docs/performance.md.
CMD ["--max-semi-space-size=16", "--heap-growing-percent=15", "src/main.ts"]
