import { type Draft, record, reject } from '../decision/draft.ts';
import type { AgreedTerms } from '../model/consent.ts';
import type { Context } from '../model/context.ts';
import type { Purchase } from '../model/command.ts';
import type { Instant } from '../model/instant.ts';
import { givenAt } from './given-at.ts';
import { consentTo, isAsShown } from '../subscription/consent.ts';

/** Absent or null: the client shows no terms of ours. */
export type WithTerms = { readonly terms?: AgreedTerms | null };

/** By when the terms are judged. A command that a restore has undone was decided first when it was given. */
function shownAt({ events, state }: Draft, command: Purchase, context: Context): Instant {
  const { payment } = state;
  const isRecalled = payment?.providerPaymentId != null && events.some(({ type }) => type === 'payment.created');
  return isRecalled ? (payment.send.firstSentAt ?? context.now) : givenAt(state, command, context);
}

/**
 * The page that answers the command charges what its terms say, and has the consent until it is paid. Otherwise the command
 * is rejected, and nothing of it is done.
 */
export function agreeToPage(
  { received, decided }: { readonly received: Draft; readonly decided: Draft },
  command: Purchase & WithTerms,
  context: Context,
): Draft {
  const { commandId, renew, terms = null } = command;
  const { payment, subscription, commands } = decided.state;
  const isLinked = commands.some(({ id, paymentId }) => id === commandId && paymentId === payment?.id);
  const tariff = payment?.purchase?.tariff ?? subscription?.tariff;
  if (!isLinked || payment === null || tariff === undefined) return decided;
  if (terms === null)
    return renew && context.policy.termsRequired ? reject(received, command, 'terms_required') : decided;
  const firstAt = shownAt(decided, command, context);
  if (!isAsShown(terms, { tariff, firstAt }, context.policy)) return reject(received, command, 'amount_changed');
  if (!renew) return decided;
  const consent = consentTo(terms, commandId, context);
  return record(decided, { type: 'payment.tracked', payment: { ...payment, consent }, place: 'open' });
}
