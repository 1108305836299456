import { expect, test } from '@jest/globals';
import { checks, errorsOf, type Kind, samples } from './conformance.ts';

const kinds = Object.keys(checks) as Kind[];
const all = kinds.flatMap((kind) =>
  Object.entries(samples[kind] ?? {}).map(([name, sample]) => [kind, name, sample] as const),
);

test.each(all)('the sample %s: %s keeps the rules of its kind', (kind, _name, sample) => {
  // Real answers have metadata even where the shop gave none, and older samples of the provider leave it out.
  const answer = kind === 'payments' && typeof sample === 'object' ? { metadata: {}, ...sample } : sample;
  expect(errorsOf(kind, answer)).toEqual([]);
});
