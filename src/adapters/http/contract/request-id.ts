import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

const printable = /^[\x20-\x7e]{1,128}$/;

/** Runs first, on every path. A bad or absent id is replaced, never refused: a purchase must not fail for it. */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && printable.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', id);
  next();
};

export const requestIdOf = (response: Response): string => String(response.getHeader('X-Request-Id') ?? '');
