# surety serve. Data in /data; settings as SURETY_NAME (docs/OPERATIONS.md). Needs the npm registry to be built, nothing
# to run.
#
#   docker build -t surety .
#   docker run -p 8420:8420 -v surety:/data --stop-timeout 600 surety

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN node scripts/build.mjs

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE README.md ./
COPY bin bin
COPY scripts/prepare-checkout.mjs scripts/
RUN mkdir -m 700 /data && chown node:node /data
ENV NODE_ENV=production SURETY_DATA=/data SURETY_HOST=0.0.0.0 SURETY_PORT=8420
USER node
VOLUME /data
EXPOSE 8420
STOPSIGNAL SIGTERM
# Whether the process lives; a start that replays a long log takes its time. It asks without TLS: where SURETY_TLS_CERT
# is set, give a check of your own.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10m --retries=3 \
	CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SURETY_PORT}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/surety"]
CMD ["serve"]
