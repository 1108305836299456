import type { Preview } from '../../../application/requests/preview-command.ts';
import type { NextCharge } from '../../../application/requests/next-charge-of.ts';
import type { PendingCancel } from '../../../application/requests/pending-cancel.ts';
import type { Account } from '../../../application/requests/read-account.ts';
import type { ShownMethod } from '../../../application/requests/read-methods.ts';
import type { RejectionReason } from '../../../domain/model/command.ts';
import type { Consent } from '../../../domain/model/consent.ts';
import { describePurchase } from '../../../domain/model/describe.ts';
import { toIso, toIsoOrNull } from '../../../domain/model/instant.ts';
import type { Money } from '../../../domain/model/money.ts';
import type { Subscription } from '../../../domain/model/subscription.ts';
import { mayBeHeld, mayCharge } from '../../../domain/model/subscription-questions.ts';
import { expectedArrival } from '../../../domain/payment/refund-arrival.ts';
import { plannedEnd } from '../../../domain/subscription/planned-end.ts';
import { type Refusal, rejections } from '../contract/problem.ts';
import { type Language, problemText } from '../contract/problem-languages.ts';
import { presentEntitlement, presentPinnedTariff, qrJson, reasonOf } from './presenters.ts';

type Json = Readonly<Record<string, unknown>>;

export const moneyJson = ({ amountMinor, currency }: Money): Json => ({ amount_minor: amountMinor, currency });

/** The verdict of a rule: allowed, or the code of the refusal and the command that is the way out. */
function verdictJson(reason: RejectionReason | null): Json {
  const refusal: Refusal | null = reason === null ? null : rejections[reason];
  return { allowed: reason === null, code: refusal?.code ?? null, reason, hint: refusal?.hint ?? null };
}

const nextChargeJson = (next: NextCharge | null): Json | null =>
  next === null
    ? null
    : {
        at: toIso(next.at),
        amount: moneyJson(next.amount),
        method: next.method?.title ?? null,
        lines: [{ text: describePurchase(next.tariff), amount: moneyJson(next.amount) }],
        ...(next.waitsForContact ? { waits_for: 'receipt_contact' } : {}),
      };

export const consentJson = (consent: Consent | null): Json | null =>
  consent === null
    ? null
    : {
        ...{ id: consent.id, given_at: toIso(consent.at), version: consent.version, locale: consent.locale },
        shown: {
          first_amount: moneyJson(consent.shown.firstAmount),
          first_charge_at: toIso(consent.shown.firstChargeAt),
          then_amount: moneyJson(consent.shown.thenAmount),
          period: consent.shown.period,
          cancel_how: consent.shown.cancelHow,
        },
      };

function subscriptionJson(subscription: Subscription, listed: Account['listed']): Json {
  const term = 'term' in subscription ? subscription.term : null;
  const endsAt = plannedEnd(subscription);
  return {
    id: subscription.id,
    status: subscription.status,
    tariff: presentPinnedTariff(subscription.tariff, listed),
    period_start: toIsoOrNull(term?.periodStart ?? null),
    period_end: toIsoOrNull(term?.periodEnd ?? null),
    renews: mayCharge(subscription) && endsAt === null,
    ends_at: toIsoOrNull(endsAt),
    reason: reasonOf(subscription),
    cancel_reason: subscription.cancelReason ?? null,
    held: mayBeHeld(subscription) && subscription.held !== null,
    consent: consentJson((mayCharge(subscription) ? subscription.consent : null) ?? null),
  };
}

export const presentMethod = ({ id, title, last4, brand, usable, isDefault }: ShownMethod): Json => ({
  ...{ id, title, last4, brand, usable },
  default: isDefault,
});

const pendingCancelJson = (cancel: PendingCancel | null): Json | null =>
  cancel && {
    at: toIso(cancel.at),
    cause: cancel.cause,
    undone_charge_at: toIsoOrNull(cancel.undoneChargeAt),
  };

export const presentAccount = (account: Account): Json => ({
  now: toIso(account.now),
  subscription: account.subscription === null ? null : subscriptionJson(account.subscription, account.listed),
  access: presentEntitlement(account.access),
  next_charge: nextChargeJson(account.nextCharge),
  pending: { cancel: pendingCancelJson(account.pendingCancel) },
  open_page:
    account.openPage === null
      ? null
      : {
          redirect_url: account.openPage.confirmationUrl,
          amount: moneyJson(account.openPage.amount),
          payment_id: account.openPage.id,
        },
  open_binding:
    account.openBinding === null
      ? null
      : {
          redirect_url: account.openBinding.confirmationUrl,
          ...qrJson(account.openBinding.confirmationUrl, account.openBinding),
          type: account.openBinding.methodType,
        },
  payment_methods: account.methods.map(presentMethod),
  refunds: account.refunds.map((refund) => ({
    ...{ payment_id: refund.paymentId, amount: moneyJson(refund.amount) },
    requested_at: toIso(refund.firstRequestedAt),
    expected_by: toIsoOrNull(expectedArrival(refund, account.now)),
  })),
  receipt_contact:
    account.receiptContact === null
      ? null
      : {
          kind: account.receiptContact.kind,
          masked: account.receiptContact.masked,
          usable: account.receiptContact.usable,
        },
  ...(account.receiptContactKinds === null ? {} : { receipt_contact_kinds: account.receiptContactKinds }),
  actions: account.actions.map(({ command, refusedBecause }) => ({ command, ...verdictJson(refusedBecause) })),
});

const chargeJson = ({ amount, by, tariff }: NonNullable<Preview['charge']>): Json => ({
  ...{ amount: moneyJson(amount), by, lines: [{ text: describePurchase(tariff), amount: moneyJson(amount) }] },
});

const sentenceOf = (reason: RejectionReason, language: Language): string =>
  problemText(rejections[reason].code, language);

export const presentPreview = (preview: Preview, language: Language): Json => ({
  ...verdictJson(preview.refusedBecause),
  error: preview.refusedBecause === null ? null : sentenceOf(preview.refusedBecause, language),
  charge: preview.charge === null ? null : chargeJson(preview.charge),
  binds: preview.binds,
  refunds: preview.refunds.map(({ paymentId, amount }) => ({ payment_id: paymentId, amount: moneyJson(amount) })),
  ends_at: toIsoOrNull(preview.endsAt),
  effective_at: toIsoOrNull(preview.effectiveAt),
  next_charge: nextChargeJson(preview.nextCharge),
  facts: preview.facts,
  notices: preview.notices.map(({ kind, at, amount }) => ({
    ...{ kind, at: toIso(at), amount: amount === null ? null : moneyJson(amount) },
  })),
});
