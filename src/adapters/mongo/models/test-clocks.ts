import type { TestClock } from '../../../application/ports/test-clocks.ts';
import { createCollection, required, text } from './schema.ts';

export type TestClockRow = Omit<TestClock, 'id'> & { readonly _id: string };

/** Clocks that tests and people move forward. Instants are epoch milliseconds on the clock itself. */
export const testClocks = createCollection<TestClockRow>(
  'test_clocks',
  {
    /** The clock's id, a UUID. */
    _id: required(String),
    /** The name given when it was created. */
    name: text,
    /** What the clock shows. */
    now: required(Number),
    /** Where it is being moved to; equal to `now` when it stands still. */
    target: required(Number),
    /** `ready` or `advancing`. */
    status: required(String),
  },
  [{ name: 'advancing', key: { status: 1 }, partialFilterExpression: { status: 'advancing' } }],
);
