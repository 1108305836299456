import { Fault, Poison } from '../../application/ports/faults.ts';
import type { ErrorLine } from '../../application/ports/log.ts';

/** How many causes are followed: a chain may be circular. */
const causesMax = 4;
const framesMax = 12;

function textOf(value: object, field: string): string | null {
  const found: unknown = Reflect.get(value, field);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : null;
}

/**
 * An operational error says what happened by its code; only a bug needs its stack. The frames are taken without the
 * first lines, which repeat the message.
 */
function stackOf(error: Error): string | null {
  const isOperational = error instanceof Fault || error instanceof Poison || textOf(error, 'code') !== null;
  if (isOperational || 'isAxiosError' in error || error.stack === undefined) return null;
  const frames = error.stack.split('\n').filter((line) => line.startsWith('    at '));
  return frames
    .slice(0, framesMax)
    .map((frame) => frame.trim())
    .join(' < ');
}

/** Name, code, message and causes, each redacted. Other fields of the error (config, headers, bodies) are dropped. */
export function describeError(
  error: unknown,
  options: { readonly redact: (text: string) => string; readonly withStack: boolean },
  depth = 0,
): ErrorLine {
  if (typeof error === 'string') return { message: options.redact(error) };
  if (!(error instanceof Error)) return { message: `a thrown ${error === null ? 'null' : typeof error}` };
  const code = textOf(error, 'code');
  const stack = options.withStack ? stackOf(error) : null;
  const cause: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return {
    name: options.redact(error.name),
    ...(code === null ? {} : { code: options.redact(code) }),
    message: options.redact(error.message),
    ...(error instanceof Fault ? { retryable: error.retryable } : {}),
    ...(stack === null ? {} : { stack }),
    ...(cause === undefined || depth >= causesMax ? {} : { cause: describeError(cause, options, depth + 1) }),
  };
}
