import { decideCheckResult } from '../../domain/payment/decide-check-result.ts';
import { decideStray } from '../../domain/payment/decide-stray.ts';
import type { Subject } from '../../domain/model/effect.ts';
import type { ProviderObject } from '../../domain/model/provider.ts';
import type { Decision } from '../../domain/decision/draft.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import { alertOperators } from '../services/alert-operators.ts';
import { type Changed, changeSubscriber } from '../change/change-subscriber.ts';
import type { CoreServices } from '../services/core-services.ts';
import type { Handled } from '../ports/consumer.ts';
import { Poison } from '../ports/faults.ts';
import type { Hint } from '../ports/message-factory.ts';
import type { Read } from '../change/read-subscriber.ts';
import { runEffects } from '../operations/run-effects.ts';
import { type Hinted, isRecentHint, readHinted, unreadFault } from './read-hinted.ts';

/** The operation of the document that the provider's object belongs to; null when the document does not hold it. */
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

/** Decides about an object that the document does not hold, by the read model. Without a document it only logs. */
async function decideUnheld(services: CoreServices, { userId, object, hinted }: About, at: Read): Promise<Decision> {
  const { state, context, saved } = at;
  const { paymentId } = object.metadata;
  const past = paymentId === null ? null : await services.past.findPayment(userId, paymentId);
  const decision = decideStray(state, object, past, context);
  if (decision.kind === 'ignored') return decision;
  if (saved === null && past === null) {
    alertOperators(services.log, userId, decision.events);
    throw new Poison('unknown_user', `A ${object.object} names a user who has no document.`);
  }
  // A closed payment is certain to be in the read model only when the outbox is empty.
  if (saved !== null && saved.outbox.length > 0) {
    throw unreadFault(`The read model may still lack the ${object.object}.`, isRecentHint(services, hinted));
  }
  return decision;
}

function apply(services: CoreServices, about: About): Promise<Changed> {
  const { userId, object, hinted } = about;
  return changeSubscriber(services, { userId, trace: hinted.trace }, (state, context, saved) => {
    const subject = subjectOf(state, object);
    if (subject === null) return decideUnheld(services, about, { state, context, saved });
    const statusCheck = {
      checkResult: { kind: 'found' as const, object },
      via: 'notification' as const,
      askedAt: context.now,
    };
    return decideCheckResult(state, subject, statusCheck, context);
  });
}

/** The user of the object. A refund made outside of the service has no metadata; its payment has. */
async function ownerOf(services: CoreServices, object: ProviderObject, hint: Hint, hinted: Hinted) {
  if (object.metadata.userId !== null || object.object === 'payment') return object.metadata.userId;
  const paid = { ...hint, objectType: 'payment' as const, objectId: object.providerPaymentId };
  return (await readHinted(services, paid, hinted)).metadata.userId;
}

/**
 * Reads the hinted object with our own credentials and applies what was read, so a forged hint changes nothing. The hint
 * is committed only when the result is saved: no poll finds the late success of a payment that was closed without money.
 */
export async function handleHint(services: CoreServices, hint: Hint, hinted: Hinted): Promise<Handled> {
  const object = await readHinted(services, hint, hinted);
  const userId = await ownerOf(services, object, hint, hinted);
  if (userId === null) return { kind: 'ignored', reason: 'the object names no user of ours' };
  const changed = await apply(services, { userId, object, hinted });
  if (changed.kind === 'ignored') return { kind: 'ignored', reason: changed.reason };
  await runEffects(services, { userId, trace: hinted.trace }, changed.effects);
  return { kind: 'handled' };
}
