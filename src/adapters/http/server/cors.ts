import type { RequestHandler } from 'express';
import type { LimitAddress } from './mount-routes.ts';

const preflightLifeSeconds = '600';

/** What a page of another origin may read of an answer. */
const readable = [
  ...['Location', 'Retry-After', 'X-Request-Id', 'Idempotent-Replayed', 'Content-Language'],
  ...['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'],
];

/**
 * Answers preflights and allows the listed origins. The API uses no cookies, so credentials are not allowed. No other limit sees a
 * preflight, so `limitPreflight` bounds what one address sends.
 */
export function cors(origins: readonly string[] | 'any', limitPreflight: LimitAddress): RequestHandler {
  return (request, response, next) => {
    response.vary('Origin');
    const { origin } = request.headers;
    const allowed = origin !== undefined && (origins === 'any' || origins.includes(origin));
    if (allowed) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Expose-Headers', readable.join(', '));
    }
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      next();
      return;
    }
    limitPreflight(request.ip ?? '', response);
    if (allowed) {
      response.setHeader('Access-Control-Allow-Methods', 'GET, POST, PUT, DELETE');
      response.setHeader(
        'Access-Control-Allow-Headers',
        'Authorization, Content-Type, Idempotency-Key, Prefer, X-Request-Id, X-Test-Clock',
      );
      response.setHeader('Access-Control-Max-Age', preflightLifeSeconds);
    }
    response.status(204).end();
  };
}
