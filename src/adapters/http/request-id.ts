import type { RequestHandler, Response } from 'express';
import { randomId } from './digests.ts';

const printable = /^[\x20-\x7e]{1,128}$/;

/** Runs first, on every path. A bad or absent id is replaced, never refused: a purchase must not fail for it. */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && printable.test(given) ? given : randomId();
  response.setHeader('X-Request-Id', id);
  next();
};

export const requestIdOf = (response: Response): string => String(response.getHeader('X-Request-Id') ?? '');
