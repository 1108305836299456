import express, { type Request, type RequestHandler, type Response } from 'express';
import { invalidAt, Problem } from './problem.ts';
import { parseStrictJson } from './strict-json.ts';

/** Sixteen times the largest body of a command. */
const bodyMaxBytes = 16 * 1024;

const jsonType = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

const unreadable = (detail: string): Problem => new Problem(400, '4001', { detail });
const unsupported = (detail: string): Problem => new Problem(415, '4002', { detail });

const bodyProblems: ReadonlyMap<string | undefined, () => Problem> = new Map([
  ['entity.too.large', () => new Problem(413, '4003')],
  ['encoding.unsupported', () => unsupported('unknown content encoding')],
  ['charset.unsupported', () => unsupported('the body must be UTF-8')],
  ['request.size.invalid', () => unreadable('the body is not as long as announced')],
  ['request.aborted', () => unreadable('the body ended early')],
]);

function bodyProblem(error: unknown): Error {
  if (!(error instanceof Error)) return new TypeError('the body reader failed without an error', { cause: error });
  const { type, status }: Error & { readonly type?: string; readonly status?: number } = error;
  // The only other 400 of the body reader: a compressed body that cannot be decompressed.
  const unknown = status === 400 ? unreadable('the body cannot be read') : error;
  return bodyProblems.get(type)?.() ?? unknown;
}

const announcesBody = (request: Request): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

export type ReadBody = (request: Request, response: Response) => Promise<unknown>;

/** Reads the body as a value, or undefined when none was sent. */
export function createReadBody(limit = bodyMaxBytes): ReadBody {
  const reader: RequestHandler = express.raw({ limit, type: () => true });
  return async (request, response) => {
    if (!announcesBody(request)) return undefined;
    await new Promise<void>((resolve, reject) => {
      void reader(request, response, (error?: unknown) => {
        if (error === undefined) resolve();
        else reject(bodyProblem(error));
      });
    });
    const bytes: unknown = request.body;
    if (!(bytes instanceof Uint8Array)) throw invalidAt('body', 'could not be read');
    // A chunked body may turn out to be empty, and an empty body needs no content type.
    if (bytes.length === 0) return undefined;
    if (!jsonType.test(request.headers['content-type'] ?? '')) {
      throw unsupported('application/json in UTF-8 is understood');
    }
    return parseStrictJson(bytes);
  };
}
