import type { Consent } from '../domain/model/consent.ts';
import type { PublicEvent } from '../domain/model/events.ts';
import type { Payment, SavedMethod } from '../domain/model/payment.ts';
import type { Subscription } from '../domain/model/subscription.ts';
import { isPastDue, keepsMethod } from '../domain/model/subscription-questions.ts';
import type { Fields } from './map-by-schema.ts';
import { redact } from './plain-text.ts';

/** The fields that a subscription has in some statuses only. */
const absent = {
  ...{ cancelAtPeriodEnd: false, term: null, graceUntil: null, extendedUntil: null },
  ...{ dunning: null, held: null, endedAt: null, cause: null },
};

/** The sentence comes from a client, and no rule of ours has checked it. The document keeps it as it was shown: it is the evidence. */
const publicConsent = ({ shown, ...consent }: Consent): Fields => ({
  ...consent,
  shown: { ...shown, cancelHow: redact(shown.cancelHow, shown.cancelHow.length) },
});

/** One flat shape for every status: a reader need not know which status has which fields. */
function flatSubscription(subscription: Subscription): Fields {
  const methodSaved = keepsMethod(subscription) && subscription.methodId !== null;
  const { consent = null } = keepsMethod(subscription) ? subscription : {};
  const agreed = consent === null ? undefined : publicConsent(consent);
  const flat = { ...absent, ...subscription, methodSaved, consent: agreed };
  if (!isPastDue(subscription)) return flat;
  const { dunning } = subscription;
  return { ...flat, dunning: { ...dunning, attempts: dunning.attempts.length } };
}

/** Never publish more than four digits of a card: a longer `last4` of the provider is dropped. */
const fourDigits = /^[0-9]{4}$/;

const publicMethod = (method: SavedMethod): Fields => ({
  ...method,
  last4: method.last4 !== null && fourDigits.test(method.last4) ? method.last4 : null,
});

/** The consent itself is in the facts of the subscription. */
const publicPayment = ({ consent, ...payment }: Payment): Fields =>
  consent === undefined ? payment : { ...payment, consentId: consent.id };

/** An address of the provider may have blanks or capitals, which a browser accepts and the schema's pattern does not. */
const addressOf = (text: string): string => URL.parse(text)?.href ?? text;

/** The fields of a fact, changed where the contract differs from the domain. The schema picks those that are shown. */
export function factFields(event: PublicEvent): Fields {
  if ('subscription' in event) return { ...event, subscription: flatSubscription(event.subscription) };
  if (event.type === 'entitlement.changed') return event.entitlement;
  if ('method' in event) return { ...event, method: publicMethod(event.method) };
  if (event.type === 'payment.requires_action')
    return { ...event, payment: publicPayment(event.payment), redirectUrl: addressOf(event.redirectUrl) };
  if ('payment' in event) return { ...event, payment: publicPayment(event.payment) };
  return event;
}
