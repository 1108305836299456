import type { SubscriberSave } from '../../../src/application/ports/subscriber-store.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { ReceiptFailure } from '../../../src/domain/model/receipt.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import { isSameMethod } from '../../../src/domain/subscription/same-method.ts';
import type { Phase } from '../provider/provider-client.ts';
import { type Entry, isByHand } from '../provider/provider-ledger.ts';
import { tariffs } from '../world/open-services.ts';
import type { World } from '../world/world.ts';
import { aheadNames, countAhead } from './ahead-seen.ts';
import { dayOfYear, isNearChange } from './calendar.ts';

/** A save, with the document before it. */
type Step = {
  readonly world: World;
  readonly before: Subscriber;
  readonly after: Subscriber;
  readonly save: SubscriberSave;
  readonly entries: ReadonlyMap<string, Entry>;
};

const freshCommand = ({ before, after }: Step) =>
  after.commands.find(({ id }) => before.commands.every((entry) => entry.id !== id)) ?? null;

const newRefunds = ({ before, after }: Step) =>
  after.refunds.filter(({ id }) => before.refunds.every((refund) => refund.id !== id));

const charge = ({ payment }: Subscriber) => (payment?.kind === 'charge' ? payment : null);

const messagesOf = ({ save }: Step, type: string) =>
  (save.entry?.messages ?? []).filter(({ schema }) => schema.startsWith(`${type}.`));

const says = (step: Step, type: string): boolean => messagesOf(step, type).length > 0;

const isBoundAnew = ({ before, after }: Step): boolean =>
  after.methods.some(
    (method) =>
      method.usable &&
      before.methods.every(({ id }) => id !== method.id) &&
      before.methods.some((known) => known.unlinkedAt !== undefined && isSameMethod(known, method)),
  );

/** By the fact: the document forgets a receipt that is given up. */
const refundReceiptFails = (step: Step, why: ReceiptFailure): boolean =>
  messagesOf(step, 'receipt-failed').some(({ value }) => {
    const receipt = value?.['receipt'] as { readonly kind?: string } | undefined;
    return value?.['reason'] === why && receipt?.kind === 'refund';
  });

const periodEnd = ({ subscription }: Subscriber): number | null =>
  subscription !== null && 'term' in subscription ? (subscription.term?.periodEnd ?? null) : null;

const isPastDueBy = (alias: string, { subscription }: Subscriber): boolean =>
  subscription?.status === 'past_due' && subscription.tariff.alias === alias;

/** How long a subscription may stay past due follows from the length of its period, so each length is visited by name. */
const pastDue = Object.fromEntries(
  Object.values(tariffs).flatMap(({ alias }): readonly (readonly [string, (step: Step) => boolean])[] => [
    [
      `a ${alias} past due over its grace`,
      ({ before, after }) =>
        isPastDueBy(alias, before) && isPastDueBy(alias, after) && before.entitlement?.active === false,
    ],
    [
      `a ${alias} past due over its ladder`,
      ({ before, save }) =>
        isPastDueBy(alias, before) &&
        (save.entry?.messages ?? []).some(({ schema }) => schema.startsWith('dunning-exhausted')),
    ],
  ]),
);

/** The races and days that the simulation must visit by name, each with how a save shows that it was there. */
const seen: Readonly<Record<string, (step: Step) => boolean>> = {
  ...pastDue,
  'an unlinked card saved anew by a purchase': (step) => isBoundAnew(step) && says(step, 'payment-method-saved'),
  'an unlinked card bound anew without a purchase': (step) => isBoundAnew(step) && says(step, 'payment-method-bound'),
  'an uncancel in the last hour': (step) => {
    const left = (periodEnd(step.before) ?? 0) - step.world.scheduler.now();
    const fresh = freshCommand(step);
    const isDone = fresh?.type === 'subscription.uncancel' && fresh.outcome?.kind === 'completed';
    return isDone && left > 0 && left <= hourMs;
  },
  'a refund by staff and one of the cabinet at once': (step) => {
    const now = step.world.scheduler.now();
    const asked = new Set(newRefunds(step).map(({ providerPaymentId }) => providerPaymentId));
    const byHand = [...step.entries.values()].filter(isByHand);
    return byHand.some(({ paymentId, createdAt }) => asked.has(paymentId) && Math.abs(now - createdAt) < 5 * minuteMs);
  },
  'a prorated refund and a chargeback at once': (step) =>
    freshCommand(step)?.type === 'payment.record_chargeback' && step.before.refunds.length > 0,
  'a refund that succeeded, and its receipt failed': (step) => refundReceiptFails(step, 'canceled'),
  'a refund that succeeded, and its receipt is late': (step) => refundReceiptFails(step, 'late'),
  'a refund after the VAT rate has changed': (step) => {
    const now = step.world.scheduler.now();
    const today = step.world.receipts?.vatCodes.findLast(({ from }) => from <= now)?.code;
    const paidAt = (paymentId: string) =>
      step.after.captures.find((capture) => capture.paymentId === paymentId)?.receipt?.vatCode;
    return newRefunds(step).some(({ paymentId }) => today !== undefined && (paidAt(paymentId) ?? today) !== today);
  },
  'a renewal that waited for its late notice': ({ world, before, after }) => {
    const opened = charge(after);
    const isFirst = opened !== null && opened.id !== before.payment?.id && opened.attemptNo === 1;
    return isFirst && opened.noticeId !== undefined && world.scheduler.now() > (periodEnd(before) ?? Infinity) + hourMs;
  },
  'a period that ends on a leap day': ({ after }) => dayOfYear(periodEnd(after) ?? 0) === '02-29',
  'days that a change of clocks makes longer or shorter': ({ before, after: { subscription } }) => {
    if (subscription?.status !== 'active' || subscription.tariff.period.unit !== 'day') return false;
    const { periodStart: from, periodEnd: end } = subscription.term;
    return periodEnd(before) !== end && (end - from) % dayMs !== 0;
  },
  'charging hours beside a change of clocks': ({ world, before, after }) => {
    const opened = charge(after);
    const isNew = opened !== null && opened.id !== before.payment?.id;
    return isNew && world.chargingHours !== null && isNearChange(opened.createdAt);
  },
};

/** What the queues of blocked keys count by themselves, because no save shows it. */
const queueRaces = ['a message that waits for a newer version', 'a queue that is full', 'a partition that is stopped'];
/** What Kafka counts by itself. */
const logRaces = ['a send while replicas fall out of sync'];
/** What the restore counts by itself. */
const restores = ['a database that goes back'];
/** What staff replay, which a check counts. */
const replays = ['a cancel that comes after a later purchase'];
/** What the replacement of a key counts by itself. */
const rotations = ['a key that is replaced'];

/** How far the first send of a charge has come when an unlink of its card is accepted. */
const unlinks: Readonly<Record<Phase | 'reserved', string>> = {
  reserved: 'an unlink between the reservation of a charge and its send',
  sent: 'an unlink between the send of a charge and its answer',
  answered: 'an unlink between the answer to a charge and its save',
};

/** Counts the moment at which the log has an unlink, by the document as it is then. */
export function countUnlink(
  world: World,
  subscriber: Subscriber,
  methodId: unknown,
  phaseOf: (key: string) => Phase | null,
): void {
  const open = charge(subscriber);
  const isFirst = open?.state === 'sending' && open.step === 'pay' && open.send.sends === 1;
  if (isFirst && open.methodId === methodId)
    world.visit('race', unlinks[phaseOf(open.send.idempotenceKey) ?? 'reserved']);
}

export const raceNames = [
  ...Object.keys(seen),
  ...aheadNames,
  ...Object.values(unlinks),
  ...queueRaces,
  ...logRaces,
  ...restores,
  ...replays,
  ...rotations,
];

/** Counts which of the named races and days a save shows. */
export function countRaces(step: Step): void {
  for (const [name, isSeen] of Object.entries(seen)) if (isSeen(step)) step.world.visit('race', name);
  countAhead(step.world, step.save);
}
