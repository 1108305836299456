import type { CommandEntry } from '../../domain/model/command.ts';
import type { Policy } from '../../domain/model/policy.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import type { OutboxEntry } from '../ports/outbox.ts';

type Trim = (subscriber: Subscriber, outbox: readonly OutboxEntry[], policy: Policy) => Subscriber;

/** Keeps the newest captures, and those whose refund is not over: a retry asks for no more than they have left. */
const trimCaptures: Trim = (subscriber, _outbox, { capturesMax }) => {
  const { captures, refunds } = subscriber;
  const newest = new Set(captures.slice(-capturesMax));
  const isNeeded = (paymentId: string): boolean => refunds.some((refund) => refund.paymentId === paymentId);
  return { ...subscriber, captures: captures.filter((one) => newest.has(one) || isNeeded(one.paymentId)) };
};

const trimExternalRefunds: Trim = (subscriber, _outbox, { capturesMax }) => ({
  ...subscriber,
  externalRefunds: subscriber.externalRefunds.slice(-capturesMax),
});

/**
 * Keeps the newest, and those about objects that a restored document has not taken. Each of them stays unknown to every
 * other record, so that only its key tells repeated news of it from the first.
 */
const trimDifferences: Trim = (subscriber, _outbox, { differencesMax }) => {
  const { differences, recalled } = subscriber;
  const newest = new Set(differences.slice(-differencesMax));
  const isNeeded = (key: string): boolean => recalled.some(({ id }) => key.endsWith(`:${id}`));
  return { ...subscriber, differences: differences.filter((key) => newest.has(key) || isNeeded(key)) };
};

/** Keeps the newest methods, and the one that renewals charge. */
const trimMethods: Trim = (subscriber, _outbox, { methodsMax }) => {
  const { subscription, methods } = subscriber;
  if (methods.length <= methodsMax) return subscriber;
  const charged = subscription !== null && 'methodId' in subscription ? subscription.methodId : null;
  const newest = new Set(methods.slice(-methodsMax));
  return { ...subscriber, methods: methods.filter((method) => newest.has(method) || method.id === charged) };
};

/**
 * Keeps the newest commands. An older one is removed only when it has an outcome, and the read model has it, that is, when
 * no outbox entry holds its row. Those of an open binding stay as well: no read model could say how that ends. How many may
 * wait is bounded where they are decided (`Policy.waitingMax`).
 */
const trimCommands: Trim = (subscriber, outbox, { commandsMax }) => {
  const { commands, binding } = subscriber;
  const isAwaited = ({ outcome, bindingId }: CommandEntry): boolean =>
    outcome === null || (bindingId !== undefined && bindingId === binding?.id);
  const surplus = commands.length - commandsMax;
  if (surplus <= 0) return subscriber;
  const unpublished = new Set(outbox.flatMap((entry) => entry.rows.map((row) => row.id)));
  const removable = new Set(
    commands.filter((entry) => !isAwaited(entry) && !unpublished.has(entry.id)).slice(0, surplus),
  );
  return { ...subscriber, commands: commands.filter((entry) => !removable.has(entry)) };
};

/** The document to save, without what is older than its lists hold. The read models keep all of it. */
export const trimSubscriber: Trim = (subscriber, outbox, policy) =>
  [trimCaptures, trimExternalRefunds, trimDifferences, trimMethods, trimCommands].reduce(
    (state, trim) => trim(state, outbox, policy),
    subscriber,
  );
