import { AsyncLocalStorage } from 'node:async_hooks';
import type { SpanAbout, SpanEnd, Tracer } from '../../application/ports/tracer.ts';
import { readTraceparent, type SpanPlace } from './traceparent.ts';

/** A `traceparent`, and what it says. */
export type Parent = { readonly header: string; readonly place: SpanPlace };

/** Begins a span; returns its own `traceparent`. */
export type BeginSpan = (about: Omit<SpanAbout, 'parent'> & { readonly parent: Parent | null }) => {
  readonly traceparent: string | null;
  readonly end: (how: SpanEnd) => void;
};

/**
 * Records nothing, and passes on what came: a neighbour whose request we carried out still finds its own trace in the facts
 * that follow from it.
 */
export const passOn: BeginSpan = ({ parent }) => ({
  traceparent: parent?.header ?? null,
  end: () => undefined,
});

/** Knows which span surrounds the code that runs, across every await. */
export function createContextTracer(begin: BeginSpan): Tracer {
  const surrounding = new AsyncLocalStorage<string | null>();
  const running = (): string | null => surrounding.getStore() ?? null;
  return {
    start: (about) => {
      const given = about.parent === 'running' ? running() : about.parent;
      const place = readTraceparent(given);
      const span = begin({ ...about, parent: given === null || place === null ? null : { header: given, place } });
      return { within: (work) => surrounding.run(span.traceparent, work), end: span.end };
    },
    running,
    outside: (work) => surrounding.run(null, work),
  };
}
