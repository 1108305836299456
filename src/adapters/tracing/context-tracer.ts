import { AsyncLocalStorage } from 'node:async_hooks';
import type { SpanAbout, SpanEnd, Tracer } from '../../application/ports/tracer.ts';
import { readTraceparent } from './traceparent.ts';

/** Begins a span under a parent that is a valid `traceparent`, or null; returns the span's own `traceparent`. */
export type BeginSpan = (about: Omit<SpanAbout, 'parent'> & { readonly parent: string | null }) => {
  readonly traceparent: string | null;
  readonly end: (how: SpanEnd) => void;
};

/**
 * Records nothing, and passes on what came: a neighbour whose request we carried out still finds its own trace in the facts
 * that follow from it.
 */
export const passOn: BeginSpan = ({ parent }) => ({ traceparent: parent, end: () => undefined });

/** Knows which span surrounds the code that runs, across every await. */
export function createContextTracer(begin: BeginSpan): Tracer {
  const surrounding = new AsyncLocalStorage<string | null>();
  const running = (): string | null => surrounding.getStore() ?? null;
  return {
    start: (about) => {
      const given = about.parent === 'running' ? running() : about.parent;
      const span = begin({ ...about, parent: readTraceparent(given) === null ? null : given });
      return { within: (work) => surrounding.run(span.traceparent, work), end: span.end };
    },
    running,
    outside: (work) => surrounding.run(null, work),
  };
}
