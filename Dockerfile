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
# What follows takes away what the image cannot use. Tests look for each path, and run the image without it.
# The native core of Temporal's SDK for other platforms, and its sources. It names x86_64 and aarch64 as uname does.
RUN cd node_modules/@temporalio/core-bridge \
 && test -f "releases/$(uname -m)-unknown-linux-gnu/index.node" \
 && find releases -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} + \
 && rm -r bridge-macros sdk-core src ts Cargo.lock Cargo.toml
# Types, sources in TypeScript, source maps and manuals. Licences stay.
RUN find node_modules -type f ! -iname 'licen[cs]e*' -regex '.*\.\(map\|ts\|mts\|cts\|md\)' -delete
# Second copies for bundlers: Node loads the CommonJS copy of these packages.
RUN rm -r node_modules/@aws-sdk/*/dist-es node_modules/@smithy/*/dist-es \
 node_modules/@opentelemetry/*/build/esm node_modules/@opentelemetry/*/build/esnext \
 node_modules/rxjs/src node_modules/rxjs/dist/bundles node_modules/rxjs/dist/esm node_modules/rxjs/dist/esm5
# For bundling workflows, which the build has done. The SDK also loads its bundler, webpack, but none of these.
RUN rm -r node_modules/@swc node_modules/swc-loader node_modules/terser node_modules/caniuse-lite

FROM base
# The SDK's core trusts the system's certificates, which the slim image leaves out; Temporal Cloud needs them.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/*
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
# `status` keeps its cache in the volume: the rest may be read-only. Memory: as in the first line of client/main.ts.
ENV XDG_CACHE_HOME=/var/lib/amplitude-export/cache
ENV NODE_ENV=production MALLOC_ARENA_MAX=2 WORK_DIR=/var/lib/amplitude-export
# A new volume gets the owner of the folder that it is mounted on, so the worker can write there.
RUN install --directory --owner=node --group=node /var/lib/amplitude-export
VOLUME /var/lib/amplitude-export
USER node
# `docker run IMAGE` is a worker, `docker run IMAGE run --from ...` any other verb.
ENTRYPOINT ["node", "--max-semi-space-size=16", "--max-old-space-size=512", "dist/client/main.js"]
CMD ["worker"]
