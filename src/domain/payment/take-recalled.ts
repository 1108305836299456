import type { Context } from '../model/context.ts';
import { type Draft, record } from '../decision/draft.ts';
import { clocksApartMs, hourMs } from '../model/instant.ts';
import { isUnresolved } from '../model/payment-states.ts';
import type { Recalled } from '../model/recalled.ts';
import type { SendRecord } from '../model/send-record.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { type Operation, operationsOf, providerIdOf } from './operation.ts';

type Name = Pick<Recalled, 'object' | 'paymentId' | 'refundId'>;

/** What the provider has under the name of a payment that is opened; null where it has nothing. */
export const recalledAs = ({ recalled }: Subscriber, name: Name): Recalled | null =>
  recalled.findLast(
    ({ object, paymentId, refundId }) =>
      object === name.object && paymentId === name.paymentId && refundId === name.refundId,
  ) ?? null;

/** The document forgets the objects: the operation that is opened has taken them. */
export function takeRecalled(draft: Draft, taken: readonly Recalled[]): Draft {
  const { recalled } = draft.state;
  const left = recalled.filter(({ id }) => taken.every((one) => one.id !== id));
  return left.length === recalled.length ? draft : record(draft, { type: 'recalled.changed', recalled: left });
}

/**
 * The record of a request that was sent before the restore. Its key may be forgotten by now, so it is not sent again: the
 * object is read by its id. A cancel is compared with the time of the first send.
 */
export function alreadySent(
  { testClockId }: Subscriber,
  send: SendRecord,
  { createdAt }: Recalled,
  { now, realNow, epoch }: Context,
): SendRecord {
  // The provider dates the payments of a test clock by that clock.
  const realCreatedAt = testClockId === null ? createdAt : (epoch?.restoredAt ?? realNow);
  const sentAt = Math.min(realCreatedAt, realNow);
  return {
    ...send,
    ...{ sends: 1, readsOnly: true, firstSentAt: Math.min(createdAt, now) },
    ...{ reservedAt: sentAt, lastSentAt: sentAt, nextCheckRealAt: realNow },
  };
}

/**
 * Whether the operation has taken an object, and it is not known yet what became of that. The clock of the process that took it
 * may be behind the one that declared the restore.
 */
export const isTakenUnread = (operation: Operation, { epoch }: Pick<Context, 'epoch'>): boolean =>
  epoch !== null &&
  operation.entry.createdRealAt >= epoch.upAt - clocksApartMs &&
  isUnresolved(operation.entry) &&
  operation.entry.send.readsOnly &&
  operation.entry.send.distrusted === null &&
  providerIdOf(operation) !== null;

/** A read that fails for longer is left to the status checks, and commands go on without it. */
const awaitedMsMax = hourMs;

/** Whether a command that is read again waits: it was decided when it was known what became of each object. */
export const awaitsTaken = (state: Subscriber, context: Pick<Context, 'epoch' | 'realNow'>): boolean =>
  operationsOf(state).some(
    (operation) => isTakenUnread(operation, context) && operation.entry.createdRealAt > context.realNow - awaitedMsMax,
  );
