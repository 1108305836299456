import express from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { invalid, Problem } from './problem.ts';
import type { BodySize } from './route.ts';
import { parseStrictJson } from './strict-json.ts';

/** Sixteen times the largest order we know; the provider's objects get what its documentation may grow to. */
const orderMaxBytes = 16 * 1024;
const notificationMaxBytes = 64 * 1024;

const reader = (limit: number): RequestHandler => express.raw({ limit, type: () => true });
const readers: Readonly<Record<BodySize, RequestHandler>> = {
  order: reader(orderMaxBytes),
  notification: reader(notificationMaxBytes),
};

const jsonType = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

const bodyProblems: Readonly<Record<string, () => Problem>> = {
  'entity.too.large': () => new Problem(413, '4003'),
  'encoding.unsupported': () => new Problem(415, '4002', { detail: 'unknown content encoding' }),
  'charset.unsupported': () => new Problem(415, '4002', { detail: 'the body must be UTF-8' }),
  'request.size.invalid': () => new Problem(400, '4001', { detail: 'the body is not as long as announced' }),
  'request.aborted': () => new Problem(400, '4001', { detail: 'the body ended early' }),
};

function bodyProblem(error: unknown): Error {
  if (!(error instanceof Error)) return new TypeError('the body reader failed without an error', { cause: error });
  const type = 'type' in error && typeof error.type === 'string' ? error.type : '';
  const known = Object.hasOwn(bodyProblems, type) ? bodyProblems[type]?.() : undefined;
  if (known !== undefined) return known;
  // What remains of the body reader's refusals: a compressed body that cannot be decompressed.
  const status = 'status' in error ? error.status : undefined;
  return status === 400 ? new Problem(400, '4001', { detail: 'the body cannot be read' }) : error;
}

const announcesBody = (request: Request): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

/** The body as a value, or undefined when none was sent. */
export async function readBody(request: Request, response: Response, size: BodySize): Promise<unknown> {
  if (!announcesBody(request)) return undefined;
  if (!jsonType.test(request.headers['content-type'] ?? '')) {
    throw new Problem(415, '4002', { detail: 'application/json in UTF-8 is understood' });
  }
  await new Promise<void>((resolve, reject) => {
    readers[size](request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(bodyProblem(error));
    });
  });
  const bytes: unknown = request.body;
  if (!(bytes instanceof Uint8Array)) throw invalid('the body could not be read');
  return bytes.length === 0 ? undefined : parseStrictJson(bytes);
}
