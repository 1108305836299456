# One image for all our processes; what it runs is the argument. Nothing is built: Node strips the types as it loads.
FROM node:26.10.0-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional packages are the Node binaries for machines without this image.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:26.10.0-slim
ENV NODE_ENV=production
# A heap that fits the 256 MiB of a pod (stack/run-node.ts), and native memory in two pools and not in eight a core.
ENV NODE_OPTIONS="--max-old-space-size=128 --max-semi-space-size=8" MALLOC_ARENA_MAX=2
WORKDIR /app
# A volume mounted here takes over the owner, so that the sandbox can write its ledger without being root.
RUN install -d -o 1000 -g 1000 /data
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY schemas schemas
COPY web web
COPY src src
COPY consumers consumers
COPY jobs jobs
COPY sandbox sandbox
USER 1000:1000
# Node is process 1 and takes SIGTERM itself; the flags silence two warnings that are known and no news.
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "--disable-warning=TimeoutNegativeWarning"]
CMD ["src/server.ts"]
