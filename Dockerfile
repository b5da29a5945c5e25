# Debian, not Alpine: the native core of Temporal's SDK is built against glibc. One exact Node 24 LTS release.
FROM node:24.21.0-bookworm-slim AS base
WORKDIR /app
COPY package.json package-lock.json ./

# Without install scripts this layer needs only the two package files, so Docker caches it until they change.
# `prepare` would run the build, which needs the sources; they are copied below.
FROM base AS build
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

# `prepare` must not run here: it needs the compiler, a development dependency.
FROM base AS dependencies
RUN npm ci --omit=dev --ignore-scripts

FROM base
# The SDK's core trusts the system's certificates, which the slim image leaves out; Temporal Cloud needs them.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/*
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
# Memory: as in the first line of client/main.ts.
ENV NODE_ENV=production MALLOC_ARENA_MAX=2 WORK_DIR=/var/lib/amplitude-export
# A new volume gets the owner of the folder that it is mounted on, so the worker can write there.
RUN install --directory --owner=node --group=node /var/lib/amplitude-export
VOLUME /var/lib/amplitude-export
USER node
# `docker run IMAGE` is a worker, `docker run IMAGE run --from ...` any other verb.
ENTRYPOINT ["node", "--max-semi-space-size=16", "--max-old-space-size=512", "dist/client/main.js"]
CMD ["worker"]
