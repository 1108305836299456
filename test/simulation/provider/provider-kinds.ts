import { yookassaNumbers } from '../../../src/adapters/yookassa/numbers.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { ProviderNumbers } from '../../../src/domain/model/provider-numbers.ts';

/** A provider whose numbers the service is given, and what it does of itself. */
export type ProviderKind = {
  readonly numbers: ProviderNumbers;
  /** It forgets a key after this. Then the same request is a new operation. */
  readonly keyMemoryMs: number;
  /** Two clocks may differ by twice this. */
  readonly skewMsMax: number;
};

export const providerKinds = {
  yookassa: { numbers: yookassaNumbers, keyMemoryMs: dayMs, skewMsMax: 20 * minuteMs },
  /** It forgets keys after an hour, answers within five minutes, takes 30 calls at once and leaves any remainder. */
  hasty: {
    numbers: {
      ...yookassaNumbers,
      // 15 min less than it remembers: a request may be held on its way for 10 min, and clocks differ.
      keyLifeMs: 45 * minuteMs,
      answerMaxMs: 300 * secondMs,
      parallelMax: 30,
      remainderMinMinor: 0,
      refundWindowMs: 365 * dayMs,
    },
    keyMemoryMs: hourMs,
    skewMsMax: minuteMs,
  },
} as const satisfies Readonly<Record<string, ProviderKind>>;

export type ProviderName = keyof typeof providerKinds;
