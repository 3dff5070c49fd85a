# Written where no container engine runs: read, not built. See the README.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc prisma.config.ts tsconfig.json ./
COPY prisma prisma
# With its scripts, for `prisma generate`; the packages of the image itself come from the stage below.
RUN npm install --no-save
COPY src src
# Development tools have no place in production.
RUN rm -rf src/sandbox src/tools

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Prisma's command line is an optional peer of its client: 300 MB that the service never runs.
RUN npm install --no-save --omit=dev --omit=optional --ignore-scripts

FROM node:24-slim
# For the packages: the service itself is closed unless this says development.
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/package.json ./
COPY --from=build /app/prisma prisma
COPY --from=build /app/src src
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 8080}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# What V8 is told, as in the start of package.json, keeps the process under 300 MB: docs/performance.md.
CMD ["node", "--max-semi-space-size=16", "--heap-growing-percent=15", "src/main.ts"]
