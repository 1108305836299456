import type { AgreedTerms, Consent } from '../model/consent.ts';
import type { Context } from '../model/context.ts';
import type { Instant } from '../model/instant.ts';
import { sameMoney } from '../model/money.ts';
import type { Policy } from '../model/policy.ts';
import type { Tariff } from '../model/tariff.ts';

/** What would be charged first, and when. Later periods cost the price of the tariff. */
type Charges = { readonly tariff: Tariff; readonly firstAt: Instant };

/** Whether the subscriber was shown what would be charged. */
export function isAsShown({ shown }: AgreedTerms, { tariff, firstAt }: Charges, policy: Policy): boolean {
  const { firstAmount, firstChargeAt, thenAmount, period } = shown;
  const { price } = tariff;
  const isSamePeriod = period.count === tariff.period.count && period.unit === tariff.period.unit;
  const isSameTime = Math.abs(firstChargeAt - firstAt) <= policy.termsApartMs;
  return sameMoney(firstAmount, price) && sameMoney(thenAmount, price) && isSamePeriod && isSameTime;
}

export const consentTo = ({ version, locale, shown }: AgreedTerms, commandId: string, { now }: Context): Consent => ({
  ...{ id: commandId, at: now },
  ...{ version, locale, shown },
});
