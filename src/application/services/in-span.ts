import { Fault, Poison } from '../ports/faults.ts';
import type { SpanAbout, SpanAttributes, Tracer } from '../ports/tracer.ts';

/** The class of an error, never its message: that may quote what it has read. */
const typeOf = (error: unknown): string =>
  error instanceof Fault || error instanceof Poison ? error.code : error instanceof Error ? error.name : 'unknown';

/** Does the work in a span that ends with it. `outcomeOf` says what came of it. */
export async function inSpan<Result>(
  tracer: Tracer,
  about: SpanAbout,
  work: () => Promise<Result>,
  outcomeOf: (result: Result) => SpanAttributes = () => ({}),
): Promise<Result> {
  const span = tracer.start(about);
  try {
    const result = await span.within(work);
    span.end({ attributes: outcomeOf(result) });
    return result;
  } catch (error) {
    span.end({ failed: true, attributes: { 'error.type': typeOf(error) } });
    throw error;
  }
}
