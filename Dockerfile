# Written where no container engine runs: read, not built. test/house/image.test.ts puts the same files together and starts them.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc prisma.config.ts tsconfig.json ./
COPY prisma prisma
# With its scripts, for `prisma generate`. The packages of the image come from the stage `packages`.
RUN npm install --no-save
COPY src src

# The sandbox's issuer, for docker-compose.yml: `docker build --target issuer`. It gives anyone any token. Never ship it.
FROM build AS issuer
COPY dev dev
ENV HOST=0.0.0.0
# `node`, by number: Kubernetes compares numbers (runAsNonRoot).
USER 1000
EXPOSE 8082
HEALTHCHECK --interval=5s --timeout=3s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 8082}/.well-known/openid-configuration`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dev/sandbox/issuer-service.ts"]

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Prisma's command line is an optional peer of its client: 300 MB that the service never runs.
RUN npm install --no-save --omit=dev --omit=optional --ignore-scripts

# The service. Besides its command, `npm start`, `npm run audit:verify` and `npm run audit:key` run in it.
FROM node:24-slim
# HOST: a published port reaches no loopback address. NODE_ENV: for the packages; the service is closed unless this says development.
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/package.json ./
COPY --from=build /app/prisma prisma
COPY --from=build /app/src src
# `node`, by number: Kubernetes compares numbers (runAsNonRoot).
USER 1000
EXPOSE 8080
# A start waits up to two minutes for its database.
HEALTHCHECK --interval=10s --timeout=3s --start-period=130s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 8080}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# What V8 is told, as in the start of package.json, keeps the process under 300 MB: docs/performance.md.
CMD ["node", "--max-semi-space-size=16", "--heap-growing-percent=15", "src/main.ts"]
