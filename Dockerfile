# One image for all our processes; the argument chooses the process. Nothing is built: Node strips the types as it loads.
FROM node:26.10.0-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional packages are the Node binaries for machines without this image.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:26.10.0-slim
ENV NODE_ENV=production
# Without it a forgotten variable would start a container with the public secrets of development.
ENV BILLING_ENV=production
# The heap fits the 256 MiB of a pod (stack/run-node.ts). glibc uses two memory pools instead of eight per core.
ENV NODE_OPTIONS="--max-old-space-size=128 --max-semi-space-size=8" MALLOC_ARENA_MAX=2
WORKDIR /app
# A volume mounted here gets this owner, so that the sandbox can write its data without being root.
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
# Node is process 1 and receives SIGTERM itself. The flags silence two known warnings.
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "--disable-warning=TimeoutNegativeWarning"]
CMD ["src/server.ts"]
