import winston from 'winston';
import type { ErrorLine, LogFields } from '../../application/ports/log.ts';
import { describeError } from './describe-error.ts';

/** A line inside winston, before and after redaction. */
export type Line = winston.Logform.TransformableInfo & {
  readonly message: string;
  readonly time: string;
  readonly service: string;
  readonly traceId: string | null;
  readonly fields: LogFields;
  readonly cause?: unknown;
  readonly error?: ErrorLine;
};

type Options = { readonly redact: (text: string) => string };

/** Redacts and truncates every text, and turns the cause into an `ErrorLine`. */
export const redacted = winston.format((info, options) => {
  const { redact } = options as Options;
  const { message, fields, cause, ...line } = info as Line;
  const clean = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === 'string' ? redact(value) : value] as const],
  );
  const error =
    cause === undefined ? {} : { error: describeError(cause, { redact, withStack: line.level === 'error' }) };
  return { ...line, message: redact(message), fields: Object.fromEntries(clean), ...error };
});

/** One flat object: the fields stand beside time, level and message. */
export const flat = winston.format((info) => {
  const { time, service, traceId, fields, error, level, message } = info as Line;
  // By this name collectors lead from a line to its trace.
  const trace = traceId === null ? {} : { trace_id: traceId };
  return { time, service, ...trace, ...fields, ...(error === undefined ? {} : { error }), level, message };
});
