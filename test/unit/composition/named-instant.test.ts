import { expect, test } from '@jest/globals';
import { namedInstant } from '../../../src/composition/command-line/named-instant.ts';

test.each([
  ['2026-11-24', '2026-11-24T00:00:00.000Z'],
  ['2026-11-24T12:30Z', '2026-11-24T12:30:00.000Z'],
  ['2026-11-24T12:30:15Z', '2026-11-24T12:30:15.000Z'],
  ['2026-11-24T12:30:15.25Z', '2026-11-24T12:30:15.250Z'],
  ['2028-02-29', '2028-02-29T00:00:00.000Z'],
])('%s is an instant', (text, iso) => {
  expect(namedInstant(text)).toBe(Date.parse(iso));
});

test.each(['2026-02-31', '2026-02-29T12:00Z', '2026-11-24T25:00Z', '2026-11-24T12:60:00Z', '2026-13-01'])(
  '%s is none',
  (text) => {
    expect(namedInstant(text)).toBeNaN();
  },
);
