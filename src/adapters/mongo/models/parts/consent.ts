import type { Consent } from '../../../../domain/model/consent.ts';
import { createPart, required, text } from '../schema.ts';
import { money, period } from './tariff.ts';

/** What renewals are charged under. */
export const consent = createPart<Consent>({
  /** The id of the command that gave it. */
  id: required(String),
  /** Epoch milliseconds at which it was given, on the subscriber's clock. */
  at: required(Number),
  /** The version of the text that the subscriber was shown. */
  version: text,
  /** The language of the text. */
  locale: text,
  /** What the text said. */
  shown: required(
    createPart<Consent['shown']>({
      /** The first charge. */
      firstAmount: required(money),
      /** Epoch milliseconds of the first charge. */
      firstChargeAt: required(Number),
      /** Each later charge. */
      thenAmount: required(money),
      /** How often it is charged. */
      period: required(period),
      /** The sentence that said how to cancel. */
      cancelHow: text,
    }),
  ),
});
