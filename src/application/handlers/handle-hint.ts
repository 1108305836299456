import { type Decision, ignored } from '../../domain/decision/draft.ts';
import type { Difference } from '../../domain/model/difference.ts';
import type { ProviderObject } from '../../domain/model/provider.ts';
import { decideCheckResult, type StatusCheck } from '../../domain/payment/decide-check-result.ts';
import { decideStray } from '../../domain/payment/decide-stray.ts';
import { noteDifference } from '../../domain/payment/note-difference.ts';
import { subjectOfObject } from '../../domain/payment/subject-of-object.ts';
import { findDifference, type Past } from '../../domain/reconciliation/find-difference.ts';
import { type Changed, changeSubscriber } from '../change/change-subscriber.ts';
import type { Read } from '../change/read-subscriber.ts';
import { runEffects } from '../operations/run-effects.ts';
import type { Handled } from '../ports/consumer.ts';
import { Poison } from '../ports/faults.ts';
import type { Hint } from '../ports/message-factory.ts';
import { alertOperators } from '../services/alert-operators.ts';
import type { CoreServices } from '../services/core-services.ts';
import { findPast, type Owner } from '../services/find-past.ts';
import { handleAbsent } from './handle-absent.ts';
import { handleBindingHint } from './handle-binding-hint.ts';
import { type Hinted, isRecentHint, readHinted, unreadFault } from './read-hinted.ts';

type MoneyHint = Hint<ProviderObject['object']>;
type About = {
  readonly owner: Owner;
  readonly object: ProviderObject;
  readonly hint: MoneyHint;
  readonly hinted: Hinted;
};
type Seen = { readonly difference: Difference | null; readonly past: Past };

function decide({ hint, object }: About, { state, context }: Read, { difference, past }: Seen): Decision {
  const subject = subjectOfObject(state, object);
  const via = hint.origin === 'reconciliation' ? 'list' : 'notification';
  const found: StatusCheck = { checkResult: { kind: 'found', object }, via, askedAt: context.now };
  const decision =
    subject === null
      ? decideStray(state, object, { difference, past }, context)
      : decideCheckResult(state, subject, found, context);
  return hint.origin === 'reconciliation' ? noteDifference(state, decision, difference) : decision;
}

/** Decides about the object, by the document and the read models. Without a document it only logs. */
async function decideAbout(services: CoreServices, about: About, read: Read): Promise<Decision> {
  const { owner, object, hint, hinted } = about;
  const { state, saved, context } = read;
  // After a restore its command, or its timer, comes after the news of it. The reconciliation names what none of them takes.
  if (hint.origin !== 'reconciliation' && state.recalled.some(({ id }) => id === object.id)) return ignored('recalled');
  const past = await findPast(services, owner, object);
  const decision = decide(about, read, { past, difference: findDifference(state, past, object, context.realNow) });
  if (decision.kind === 'ignored' || subjectOfObject(state, object) !== null) return decision;
  if (saved === null && past.payment === null) {
    alertOperators(services.log, owner.userId, decision.events);
    throw new Poison('unknown_user', `A ${object.object} names a user who has no document.`);
  }
  // A closed payment is certain to be in the read model only when the outbox is empty.
  if (saved !== null && saved.outbox.length > 0) {
    throw unreadFault(`The read model may still lack the ${object.object}.`, isRecentHint(services, hinted));
  }
  return decision;
}

const apply = (services: CoreServices, about: About): Promise<Changed> =>
  changeSubscriber(services, { userId: about.owner.userId, trace: about.hinted.trace }, (state, context, saved) =>
    decideAbout(services, about, { state, context, saved }),
  );

/** The user and the payment of the object. A refund made outside of the service has no metadata; its payment has. */
async function ownerOf(services: CoreServices, object: ProviderObject, hint: MoneyHint, hinted: Hinted) {
  if (object.metadata.userId !== null || object.object === 'payment') return object.metadata;
  const paid = { ...hint, objectType: 'payment' as const, objectId: object.providerPaymentId };
  return (await readHinted(services, paid, hinted))?.metadata ?? object.metadata;
}

/**
 * The hint is committed only when the result is saved: no poll finds the late success of a payment that was closed without money.
 */
async function handleMoneyHint(services: CoreServices, hint: MoneyHint, hinted: Hinted): Promise<Handled> {
  const object = await readHinted(services, hint, hinted);
  if (object === null) return handleAbsent(services, hint, hinted);
  const { userId, paymentId } = await ownerOf(services, object, hint, hinted);
  if (userId === null) return { kind: 'ignored', reason: 'the object names no user of ours' };
  const about = { owner: { userId, paymentId }, hint, hinted };
  const changed = await apply(services, { ...about, object });
  if (changed.kind === 'ignored') return { kind: 'ignored', reason: changed.reason };
  await runEffects(services, { userId, trace: hinted.trace }, changed.effects);
  return { kind: 'handled' };
}

/** Reads the hinted object with our own credentials and applies what was read, so a forged hint changes nothing. */
export async function handleHint(services: CoreServices, hint: Hint, hinted: Hinted): Promise<Handled> {
  const { objectType } = hint;
  return objectType === 'payment_method'
    ? handleBindingHint(services, { ...hint, objectType }, hinted)
    : handleMoneyHint(services, { ...hint, objectType }, hinted);
}
