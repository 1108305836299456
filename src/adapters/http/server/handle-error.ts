import type { ErrorRequestHandler } from 'express';
import { Fault } from '../../../application/ports/faults.ts';
import type { Log } from '../../../application/ports/log.ts';
import { invalidAt, Problem } from '../contract/problem.ts';
import { problemBody } from '../contract/problem-languages.ts';
import { requestIdOf } from '../contract/request-id.ts';
import { languageOf } from './language-of.ts';

/** When a client may retry while a dependency is unavailable. */
const retryAfter = { 'Retry-After': '5' };

/** Express refuses an address that is not valid percent-encoding with an error of its own. */
const isUndecodable = (error: unknown): boolean =>
  error instanceof URIError || (error instanceof Error && 'status' in error && error.status === 400);

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Fault && error.retryable) return new Problem(503, '5003', { headers: retryAfter });
  if (isUndecodable(error)) return invalidAt('path', 'is not valid percent-encoding', 400);
  return new Problem(500, '0000');
}

/** Turns each failure into an answer. The cause of a 500 is only in the log. */
export function handleError(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const problem = problemOf(error);
    const fields = { correlationId: requestIdOf(response), method: request.method, code: problem.code };
    const needsOperator = error instanceof Fault && error.needsOperator;
    if (problem.status === 500 || needsOperator) log.error('request failed', fields, error);
    else if (problem.status === 503) log.warn('request not servable', fields, error);
    if (response.headersSent) {
      next(error);
      return;
    }
    const language = languageOf(request);
    response.status(problem.status).set('Cache-Control', 'no-store').set(problem.headers);
    response.vary('Accept-Language').set('Content-Language', language);
    response.json(problemBody(problem, language));
  };
}
