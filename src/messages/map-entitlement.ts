import type { OtherPublicEvent } from '../domain/events.ts';
import { toIso, toIsoOrNull } from '../domain/instant.ts';
import type { Money } from '../domain/money.ts';
import type { FactMappers } from './fact-mappers.ts';
import type * as Contract from './generated/contract.ts';
import { blotOrNull, cut, cutOrNull } from './plain-text.ts';

const moneyOrNull = (money: Money | null): Contract.Money | null =>
  money === null ? null : { amountMinor: money.amountMinor, currency: money.currency };

/** Never more than four digits of a card, whatever the provider calls its last four. */
const fourDigits = /^[0-9]{4}$/;

export const entitlementMappers: FactMappers<OtherPublicEvent['type']> = {
  'entitlement.changed': ({ entitlement }, userId) => ({
    userId,
    active: entitlement.active,
    validUntil: toIsoOrNull(entitlement.validUntil),
    graceUntil: toIsoOrNull(entitlement.graceUntil),
    tariffAlias: entitlement.tariffAlias,
    features: [...entitlement.features],
    role: entitlement.role,
  }),
  // The provider's id of the method stays inside: whoever knows it knows what to charge. A wallet's title is its number.
  'payment_method.saved': ({ method, subscriptionId }, userId) => ({
    userId,
    subscriptionId,
    method: {
      title: blotOrNull(method.title, 128),
      last4: method.last4 !== null && fourDigits.test(method.last4) ? method.last4 : null,
      brand: cutOrNull(method.brand, 64),
      savedAt: toIso(method.savedAt),
      usable: method.usable,
    },
  }),
  'invariant.violated': (event, userId) => ({
    userId,
    rule: event.rule,
    subjectId: event.subjectId,
    detail: cut(event.detail, 500),
    expected: moneyOrNull(event.expected),
    actual: moneyOrNull(event.actual),
  }),
};
