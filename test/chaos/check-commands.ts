import { mayCancel } from '../../src/domain/model/subscription-questions.ts';
import type { Check } from './evidence.ts';

/** A 2xx or 202 is a promise: the command has an outcome at the end. */
export const everyAcknowledgedCommandEnded: Check = ({ history, commands }) => {
  const ended = new Set(commands.flatMap(({ id, outcome }) => (outcome === null ? [] : [id])));
  const promised = history.filter(({ result, commandId }) => result === 'ok' && commandId !== null);
  return [...Map.groupBy(promised, ({ commandId }) => commandId ?? '')].flatMap(([id, asked]) =>
    ended.has(id) ? [] : [`${asked[0]?.what} ${id} of ${asked[0]?.userId} (status ${asked[0]?.status})`],
  );
};

/** One key is one command, however often it is repeated and whichever process was killed in between. */
export const oneKeyIsOneCommand: Check = ({ history }) =>
  [...Map.groupBy(history, ({ userId, what, key }) => `${userId} ${what} ${key}`)].flatMap(([request, asked]) => {
    const ids = new Set(asked.flatMap(({ commandId }) => (commandId === null ? [] : [commandId])));
    return ids.size > 1 ? [`${request}: ${[...ids].join(', ')}`] : [];
  });

/** After an acknowledged cancel that no purchase followed, the subscription has ended or does not renew. */
export const acknowledgedCancelsHold: Check = ({ history, documents }) => {
  const byUser = Map.groupBy(history, ({ userId }) => userId);
  return documents.flatMap(({ subscriber: { userId, subscription } }) => {
    const asked = byUser.get(userId) ?? [];
    const cancel = asked.findLast(({ what, status }) => what === 'cancel' && status === 200);
    if (cancel === undefined || !mayCancel(subscription)) return [];
    // A purchase that was requested after it may have begun a new subscription.
    if (asked.some(({ what, heardAt }) => what === 'buy' && heardAt > cancel.askedAt)) return [];
    if (cancel.mode === 'immediate') return [`${userId}: canceled at once, yet ${subscription.status}`];
    const renews = subscription.autoRenew && !subscription.cancelAtPeriodEnd;
    return renews ? [`${userId}: canceled at the end of the period, yet it renews`] : [];
  });
};
