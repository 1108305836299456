import type { Instant } from './instant.ts';
import type { Money } from './money.ts';
import type { PeriodLength } from './tariff.ts';

/** What the subscriber was shown before they let renewals be charged. */
export type AgreedTerms = {
  /** The version of the text, as the frontend counts it. */
  readonly version: string;
  readonly locale: string;
  readonly shown: {
    readonly firstAmount: Money;
    readonly firstChargeAt: Instant;
    readonly thenAmount: Money;
    readonly period: PeriodLength;
    /** The sentence that said how to cancel. */
    readonly cancelHow: string;
  };
};

/** The terms that a subscriber has agreed to. Renewals are charged under it until they stop. */
export type Consent = AgreedTerms & {
  /** The id of the command that gave it. */
  readonly id: string;
  readonly at: Instant;
};
