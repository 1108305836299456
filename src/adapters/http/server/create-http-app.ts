import express, { type Application, type ErrorRequestHandler, type RequestHandler } from 'express';
import helmet from 'helmet';
import { accountRoutes } from '../routes/account-routes.ts';
import { createAuthenticate } from '../auth/authenticate.ts';
import { rateKey } from '../routes/client-address.ts';
import { adminRoutes } from '../routes/admin-routes.ts';
import { blockedKeyRoutes } from '../routes/blocked-key-routes.ts';
import { cors } from './cors.ts';
import { deadLetterRoutes } from '../routes/dead-letter-routes.ts';
import { developmentRoutes, mountDevelopmentPages } from '../routes/development-routes.ts';
import { mountDocs } from '../routes/docs-pages.ts';
import { handleError } from './handle-error.ts';
import { createHttpContext, type HttpContext } from '../routes/http-context.ts';
import type { HttpOptions, HttpServices } from '../contract/http-services.ts';
import { type LimitAddress, mountRoutes } from './mount-routes.ts';
import { noticeRoutes } from '../routes/notice-routes.ts';
import { notificationRoutes } from '../routes/notification-routes.ts';
import { inlinedOpenApi, type OpenApi, operationsOf, readOpenApi } from '../contract/openapi.ts';
import { commandRoutes } from '../routes/command-routes.ts';
import { Problem } from '../contract/problem.ts';
import { alone } from '../../../application/services/count-sharing.ts';
import { createRateLimit, createUserLimit, rateHeaders } from './rate-limit.ts';
import { readingRoutes } from '../routes/reading-routes.ts';
import { requestId, requestIdOf } from '../contract/request-id.ts';
import type { Routes } from '../contract/route.ts';
import { testClockRoutes } from '../routes/test-clock-routes.ts';

/** Pages load nothing from other hosts. Requests are not upgraded, because development machines use plain http. */
const securityHeaders = helmet({
  contentSecurityPolicy: {
    directives: {
      defaultSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      styleSrc: ["'self'", "'unsafe-inline'"],
      upgradeInsecureRequests: null,
    },
  },
});

/** One line, one observation and one span per request, under the route's pattern: addresses hold secrets and tokens. */
function watch({ clock, log, observe, tracer }: HttpServices): RequestHandler {
  return (request, response, next) => {
    const startedMs = clock.monotonicMs();
    const { method } = request;
    const span = tracer.start({
      name: method,
      kind: 'server',
      parent: request.get('traceparent') ?? null,
      attributes: { 'http.request.method': method, 'billing.correlation_id': requestIdOf(response) },
    });
    response.once('close', () => {
      // Pages are no operations of the contract: Express knows their pattern.
      const page = request.route as { readonly path: unknown } | undefined;
      const matched: unknown = response.locals['route'] ?? page?.path;
      const route = typeof matched === 'string' ? matched : 'unmatched';
      const seen = {
        method,
        route,
        status: response.statusCode,
        durationMs: Math.round(clock.monotonicMs() - startedMs),
      };
      observe(seen);
      span.end({
        name: `${method} ${route}`,
        attributes: { 'http.route': route, 'http.response.status_code': seen.status },
        failed: seen.status >= 500,
      });
      log.info('request answered', { ...seen, correlationId: requestIdOf(response) });
    });
    span.within(next);
  };
}

/** Limits what no route has counted: pages, and addresses that do not exist. */
function limitRest(limitAddress: LimitAddress): RequestHandler {
  return (request, response, next) => {
    limitAddress(request.ip ?? '', response);
    next();
  };
}

/** Limits addresses that cannot be decoded: Express skips every other limit for them. */
function limitUndecodable(limitAddress: LimitAddress): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (error instanceof URIError) limitAddress(request.ip ?? '', response);
    next(error);
  };
}

function allRoutes(http: HttpContext, openApi: OpenApi): Routes {
  const { testClocks, development } = http;
  const places = [...operationsOf(openApi).values()];
  return {
    ...commandRoutes(http, places),
    ...accountRoutes(http, places),
    ...readingRoutes(http),
    ...adminRoutes(http),
    ...blockedKeyRoutes(http),
    ...deadLetterRoutes(http),
    ...notificationRoutes(http),
    ...noticeRoutes(http),
    ...(development === null ? {} : developmentRoutes(http, development)),
    ...(testClocks === null ? {} : testClockRoutes({ testClocks: testClocks.clocks, mirror: testClocks.mirror })),
  };
}

/** The contract without the operations that this configuration lacks. */
function served(document: OpenApi, { testClocks, development }: HttpServices): OpenApi {
  const absent = [testClocks === null ? 'Test clocks' : '', development === null ? 'Development' : ''];
  const paths = Object.entries(document.paths).filter(([, operations]) =>
    Object.values(operations).every(({ tags }) => !tags.some((tag) => absent.includes(tag))),
  );
  return { ...document, paths: Object.fromEntries(paths) };
}

/** The HTTP application, bound to no port. */
export function createHttpApp(services: HttpServices, options: HttpOptions): Application {
  const app = express();
  const document = readOpenApi();
  const sharing = services.counts ?? alone;
  const limitOf = (kind: string): LimitAddress => {
    const limit = createRateLimit(options.rateLimits.perAddress, services.clock, { kind, sharing });
    return (address, response) => void response.set(rateHeaders(limit(rateKey(address))));
  };
  const limitAddress = limitOf('address');
  app.disable('x-powered-by');
  app.disable('etag');
  // An exact count: with `true` every sender could claim the provider's address in a header.
  app.set('trust proxy', options.trustedHops);
  // Preflights have a bucket of their own: from the common one a page of another origin would pay twice for each request.
  app.use(requestId, watch(services), securityHeaders, cors(options.corsOrigins, limitOf('preflight')));
  const openApi = inlinedOpenApi(document);
  mountRoutes(app, allRoutes(createHttpContext(services, options), openApi), {
    services,
    openApi,
    authenticate: createAuthenticate(options.tokenTrust, services),
    limitAddress,
    limitUser: createUserLimit(options.rateLimits, services.clock, sharing),
  });
  app.use(limitRest(limitAddress));
  mountDocs(app, served(document, services));
  if (services.development !== null) mountDevelopmentPages(app);
  app.use(() => {
    throw new Problem(404, '4004');
  });
  app.use(limitUndecodable(limitAddress), handleError(services.log));
  return app;
}
