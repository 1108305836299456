# One image for all our processes; the argument chooses the process. Nothing is built: Node strips the types as it loads.
#   docker build -t cinema-billing .                          what production runs
#   docker build -t cinema-billing --target development .     with the sandbox and the first-day page
# A tag can be moved to another image, a digest cannot: a release names the digest that its registry shows for this tag,
# as in --build-arg NODE_IMAGE=node:26.10.0-slim@sha256:… (docs/operations.md).
ARG NODE_IMAGE=node:26.10.0-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional packages are the Node binaries for machines without this image.
RUN npm ci --omit=dev --omit=optional --ignore-scripts
# Source maps, types and prose are half of the packages, and no process reads them. Nor the packages' own tests and their
# builds for browsers. Licenses stay. The processes are loaded below, which finds what was deleted too much.
RUN find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \
  -o -name '*.min.js' -o -name '*.bundle.js' \
  -o \( -iname '*.md' ! -iname 'licen[cs]e*' ! -iname 'notice*' \) \) -delete \
  && find node_modules -depth -type d \( -name test -o -name tests -o -name amd -o -name umd -o -name cjs-browser \
  -o -path '*/build/global' -o -path '*/dist/browser' -o -path '*/yaml/browser' -o -path '*/protobufjs/dist' \) -exec rm -r {} +

FROM ${NODE_IMAGE} AS service
ENV NODE_ENV=production
# Without it a forgotten variable would start a container with the public secrets of development.
ENV BILLING_ENV=production
# The heap takes half of what the container may use: 128 MiB of a pod's 256 (stack/run-node.ts), more in a larger one.
# Without a limit of memory it is half of the machine's. glibc uses two memory pools instead of eight per core.
ENV NODE_OPTIONS="--max-old-space-size-percentage=50 --max-semi-space-size=8" MALLOC_ARENA_MAX=2
ENV NODE_COMPILE_CACHE=/app/.compile-cache
WORKDIR /app
# A volume mounted here gets this owner, so that the sandbox can write its data without being root. Node names its
# compile cache after the user: with another one than the pods' it would be of no use to them.
RUN install -d -o 10001 -g 10001 /data .compile-cache
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY schemas schemas
COPY web/docs web/docs
COPY src src
COPY consumers consumers
COPY jobs jobs
# No process starts npm, and what fetches and runs packages is of use to an intruder alone.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-v*
USER 10001:10001
# Each process loads all its code and then refuses the missing configuration; its stripped and compiled code stays in the
# cache. A process that cannot be loaded fails the build.
RUN set -e; for entry in src/server.ts consumers/main.ts jobs/main.ts src/migrate.ts; \
  do node "$entry" 2>&1 | grep 'The configuration is wrong'; done; \
  for entry in src/admin.ts src/reconcile.ts src/reseal.ts src/restored.ts; do node "$entry" --help > /dev/null; done
# Node is process 1 and receives SIGTERM itself. The flags silence two known warnings.
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "--disable-warning=TimeoutNegativeWarning"]
CMD ["src/server.ts"]

FROM service AS development
COPY web web
COPY sandbox sandbox

# The last one is what a build without --target makes.
FROM service AS production
ARG VERSION=unreleased
ARG REVISION=unknown
ARG SOURCE=unknown
ARG NODE_IMAGE
LABEL org.opencontainers.image.title="cinema-billing" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.source="${SOURCE}" \
  org.opencontainers.image.base.name="${NODE_IMAGE}"
