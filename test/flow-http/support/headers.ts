import type { Listed } from '../../../src/adapters/http/contract/openapi.ts';

/** Headers of HTTP and of browsers, which clients of the API do not read. */
const ofTransport = [
  ...['accept-ranges', 'cache-control', 'connection', 'content-length', 'content-type', 'date', 'keep-alive'],
  ...['last-modified', 'transfer-encoding', 'vary', 'x-accel-buffering'],
  ...['access-control-allow-origin', 'access-control-expose-headers', 'content-security-policy'],
  ...['cross-origin-opener-policy', 'cross-origin-resource-policy', 'origin-agent-cluster', 'referrer-policy'],
  ...['strict-transport-security', 'x-content-type-options', 'x-dns-prefetch-control', 'x-download-options'],
  ...['x-frame-options', 'x-permitted-cross-domain-policies', 'x-xss-protection'],
];

/** What the preamble of openapi.yaml says of every answer, of every refusal, and of refusals that no operation lists. */
const ofEveryAnswer = ['x-request-id', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'];
const ofEveryRefusal = ['content-language'];
const ofAnyAddress = ['allow', 'retry-after'];

/** Null when the headers are those that openapi.yaml names for this answer, else the reason why not. */
export function headerBreachOf(headers: Headers, status: number, listed: Listed | undefined): string | null {
  const named = Object.entries(listed?.headers ?? {});
  const known = new Set([
    ...[...ofTransport, ...ofEveryAnswer, ...(status < 400 ? [] : ofEveryRefusal)],
    ...(listed === undefined ? ofAnyAddress : named.map(([name]) => name.toLowerCase())),
  ]);
  const unnamed = [...headers.keys()].filter((name) => !known.has(name));
  const missing = named.filter(([name, { required }]) => required === true && !headers.has(name)).map(([name]) => name);
  if (unnamed.length > 0) return `the contract does not name the header ${unnamed.join()}`;
  return missing.length > 0 ? `the header ${missing.join()} is missing` : null;
}
