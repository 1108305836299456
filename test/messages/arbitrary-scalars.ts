import fc from 'fast-check';

/** Canaries in every field that holds a secret; no message may contain them. */
export const secret = 'secret-4111111111111111';

export const id = fc.uuid();
export const instant = fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59.999Z') });
export const orNull = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null });
