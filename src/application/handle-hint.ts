import { decideCheckResult } from '../domain/payment/decide-check-result.ts';
import { decideStray } from '../domain/payment/decide-stray.ts';
import type { Subject } from '../domain/model/effect.ts';
import type { ProviderObject } from '../domain/model/provider.ts';
import type { Decision } from '../domain/decision/draft.ts';
import type { Subscriber } from '../domain/model/subscriber.ts';
import { alertOperators } from './alert-operators.ts';
import { type Changed, changeSubscriber } from './change-subscriber.ts';
import type { CoreServices } from './core-services.ts';
import type { Handled } from './ports/consumer.ts';
import { Poison } from './ports/faults.ts';
import type { Hint } from './ports/message-factory.ts';
import type { Read } from './read-subscriber.ts';
import { runEffects } from './run-effects.ts';
import { type Hinted, isYoung, readHinted, unread } from './read-hinted.ts';

/** Which of the subscriber's open operations the provider's object is; null when the document no longer holds it. */
function subjectOf(state: Subscriber, object: ProviderObject): Subject | null {
  const { paymentId } = object.metadata;
  if (object.object === 'payment') {
    const payment = [state.payment, ...state.watched].find((candidate) => candidate?.id === paymentId);
    return payment === undefined || payment === null ? null : { kind: 'payment', id: payment.id };
  }
  const refund = state.refunds.find(
    (candidate) =>
      candidate.providerRefundId === object.id ||
      (candidate.paymentId === paymentId &&
        candidate.providerRefundId === null &&
        !candidate.earlierRefundIds.includes(object.id)),
  );
  return refund === undefined ? null : { kind: 'refund', id: refund.id };
}

type About = { readonly userId: string; readonly object: ProviderObject; readonly hinted: Hinted };

/** What the document does not hold is looked up in the read model; without a document only an error line can tell of it. */
async function decideUnheld(services: CoreServices, { userId, object, hinted }: About, at: Read): Promise<Decision> {
  const { state, context, saved } = at;
  const { paymentId } = object.metadata;
  const past = paymentId === null ? null : await services.past.findPayment(userId, paymentId);
  const decision = decideStray(state, object, past, context);
  if (decision.kind === 'ignored') return decision;
  if (saved === null && past === null) {
    alertOperators(services.log, userId, decision.events);
    throw new Poison('unknown_user', `A ${object.object} names a user of whom there is no document.`);
  }
  // What has left the document is in the read model for sure only when nothing waits in the outbox.
  if (saved !== null && saved.outbox.length > 0) {
    throw unread(`The past may not know all of the ${object.object} yet.`, isYoung(services, hinted));
  }
  return decision;
}

function apply(services: CoreServices, about: About): Promise<Changed> {
  const { userId, object, hinted } = about;
  return changeSubscriber(services, { userId, trace: hinted.trace }, (state, context, saved) => {
    const subject = subjectOf(state, object);
    if (subject === null) return decideUnheld(services, about, { state, context, saved });
    const statusCheck = { checkResult: { kind: 'found' as const, object }, via: 'notification' as const };
    return decideCheckResult(state, subject, statusCheck, context);
  });
}

/** Whose money it is about; a refund made outside of the service carries no names, but its payment does. */
async function ownerOf(services: CoreServices, object: ProviderObject, hint: Hint, hinted: Hinted) {
  if (object.metadata.userId !== null || object.object === 'payment') return object.metadata.userId;
  const paid = { ...hint, objectType: 'payment' as const, objectId: object.providerPaymentId };
  return (await readHinted(services, paid, hinted)).metadata.userId;
}

/**
 * "Look at this object": it is read with our own credentials, and only what is read counts. A hint is not done with before
 * what was read is saved: polling finds the same for what is open, but nobody polls a payment that was given up, and its
 * money may come late. A forged hint changes nothing.
 */
export async function handleHint(services: CoreServices, hint: Hint, hinted: Hinted): Promise<Handled> {
  const object = await readHinted(services, hint, hinted);
  const userId = await ownerOf(services, object, hint, hinted);
  if (userId === null) return { kind: 'ignored', reason: 'object of somebody else' };
  const changed = await apply(services, { userId, object, hinted });
  if (changed.kind === 'ignored') return { kind: 'ignored', reason: changed.reason };
  await runEffects(services, { userId, trace: hinted.trace }, changed.effects);
  return { kind: 'handled' };
}
