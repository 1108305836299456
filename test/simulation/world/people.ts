import { hashText } from '../../../src/adapters/system/ids.ts';
import { acceptCommand, type CommandRequest } from '../../../src/application/requests/accept-command.ts';
import { acceptNotification } from '../../../src/application/requests/accept-notification.ts';
import type { Hint } from '../../../src/application/ports/message-factory.ts';
import type { Command, CommandInput, CommandType } from '../../../src/domain/commands/index.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import { actorOf, drawCommandType, drawInput, type Known } from '../../support/commands.ts';
import type { BindingEntry } from '../provider/provider-bindings.ts';
import type { Entry } from '../provider/provider-ledger.ts';
import { withSeals } from './key-rings.ts';
import type { Worker } from './worker.ts';
import { tariffs } from './open-services.ts';
import type { World } from './world.ts';

export type Life = {
  readonly userIds: readonly [string, ...string[]];
  readonly tariffNames: readonly [keyof typeof tariffs, ...(keyof typeof tariffs)[]];
  /** Mean time between two actions of one subscriber. */
  readonly idleMs: number;
  /** From when on all cards are empty, in lives of people who only buy; null in every other life. */
  readonly cardsEmptyFrom: number | null;
};

export type People = {
  /** Commands that the API acknowledged; each must get an outcome. */
  readonly acknowledged: () => readonly Command[];
  /** Commands of which the API said that they were not accepted. */
  readonly refused: () => readonly Command[];
  readonly notify: (entry: Entry | BindingEntry) => void;
  readonly sendHint: (hint: Hint) => void;
  /** The subscriber learns that the subscription is past due, and some act on it. */
  readonly warn: (userId: string) => void;
  readonly cancel: (userId: string) => void;
  /** The subscriber gives some command. */
  readonly act: (userId: string) => void;
  /** Someone gives exactly this command. */
  readonly give: (input: CommandInput) => void;
  /** The subscriber learns that a charge waits for a receipt contact, and most name one. */
  readonly nameContact: (userId: string) => void;
  /** Some member of staff looks into a hold: first into its payment, then they end it. */
  readonly lookInto: (userId: string) => void;
};

/** What staff see of a subscriber in the provider's cabinet, and subscribers in their account. */
type Eyes = {
  readonly [Name in 'toResolve' | 'toRefund' | 'toPayBack']: (userId: string) => ReturnType<Known[Name]>;
} & {
  /** What the page of a frontend shows, see `shownTerms`. */
  readonly shown: (userId: string, ...about: Parameters<Known['shown']>) => ReturnType<Known['shown']>;
  /** The client of the command waits for its outcome. */
  readonly onAccepted: (worker: Worker, command: Command) => void;
  /** The API has acknowledged the notification of this correlation id. */
  readonly onAcknowledged: (correlationId: string) => void;
  /** One of the subscriber's saved methods, as their account shows them. */
  readonly methodOf: (userId: string) => string | null;
};

/** A request without an answer is sent again this often, with the same key. */
const triesMax = 4;
const answerWithinMs = 30 * secondMs;
const publishDeadlineMs = 10 * secondMs;

/** Subscribers and the provider's notifications. All of them go through the real use cases of the API process. */
export function startPeople(world: World, api: () => Worker | null, life: Life, eyes: Eyes): People {
  const { random, scheduler } = world;
  const acknowledged: Command[] = [];
  const refused: Command[] = [];
  let requests = 0;

  const ask = (request: CommandRequest, tries: number): void => {
    const again = (): void => {
      if (tries < triesMax)
        scheduler.after(Math.ceil(random.spread(secondMs, 10 * minuteMs)), () => ask(request, tries + 1));
    };
    const worker = api();
    if (worker === null) {
      again();
      return;
    }
    let isAnswered = false;
    const { clock, messageFactory, publisher, randomId } = worker.services;
    const services = { clock, messageFactory, publisher, hash: hashText, randomId, publishDeadlineMs };
    const sealed = { ...request, input: withSeals(request.input, worker.services.cipher) };
    void acceptCommand(services, sealed).then(({ kind, command }) => {
      isAnswered = true;
      world.story.add(
        command.userId,
        `asks ${command.type} ${'mode' in command ? command.mode : ''}: ${kind} as ${command.commandId.slice(0, 8)}`,
      );
      if (kind === 'accepted') {
        acknowledged.push(command);
        eyes.onAccepted(worker, command);
        return;
      }
      if (kind === 'not_accepted') refused.push(command);
      if (random.chance(0.7)) again();
    });
    scheduler.after(answerWithinMs, () => {
      if (!isAnswered) again();
    });
  };

  const tariffId = (): string => tariffs[random.pick(life.tariffNames)].id;
  const act = (userId: string, type: CommandType = drawCommandType(random)): void => {
    if (world.isCalm()) return;
    const known = {
      ...{ random, tariffId },
      toResolve: () => eyes.toResolve(userId),
      toRefund: () => eyes.toRefund(userId),
      toPayBack: () => eyes.toPayBack(userId),
      shown: (wanted: string | null) => eyes.shown(userId, wanted),
      methodId: () => eyes.methodOf(userId) ?? 'none',
    };
    give(drawInput(type, userId, known));
  };
  const give = (input: CommandInput): void => {
    if (world.isCalm()) return;
    const { type, userId } = input;
    const trace = { correlationId: `request-${(requests += 1)}`, causationId: null };
    const idempotencyKey = random.chance(0.8) ? random.id() : null;
    const request: CommandRequest = {
      input,
      actor: actorOf(type, userId),
      route: input.type,
      idempotencyKey,
      bodyText: JSON.stringify(input),
      trace,
    };
    ask(request, 0);
    // Before the page that it may lead to is confirmed, the subscriber thinks better of it.
    if (type === 'subscription.uncancel' && random.chance(0.3))
      scheduler.after(Math.ceil(random.spread(secondMs, hourMs)), () => act(userId, 'subscription.cancel'));
    // A double click, or a page reloaded the day after: the same key, and now and then another body with it.
    if (random.chance(0.2)) {
      const bodyText = random.chance(0.9) ? request.bodyText : `${request.bodyText} `;
      scheduler.after(Math.ceil(random.spread(10, 2 * dayMs)), () => ask({ ...request, bodyText }, triesMax));
    }
  };
  const actAndLive = (userId: string): void => {
    act(userId);
    live(userId);
  };
  const live = (userId: string): void => {
    // Now and then a subscriber changes their mind within seconds; otherwise days pass.
    const idleMs = random.chance(0.3) ? random.spread(secondMs, hourMs) : -Math.log(1 - random.next()) * life.idleMs;
    scheduler.after(Math.ceil(idleMs), () => actAndLive(userId));
  };
  /** Some subscribers bind one card after the other, up to the last that they may have. */
  const collect = (userId: string): void => {
    for (let hours = 1; hours <= 18; hours += 1)
      scheduler.after(hours * hourMs + random.integer(0, hourMs), () => act(userId, 'payment_method.bind'));
  };
  for (const userId of life.userIds) {
    const onlyBuys = life.cardsEmptyFrom !== null;
    if (random.chance(0.05) && !onlyBuys) collect(userId);
    if (world.receipts !== null && random.chance(0.9)) act(userId, 'receipt_contact.set');
    // A page that was left is opened once more.
    if (onlyBuys) for (const hours of [0, 3]) scheduler.after(hours * hourMs, () => act(userId, 'subscription.pay'));
    else scheduler.after(random.integer(0, hourMs), () => actAndLive(userId));
  }

  const sendHint = (hint: Hint, tries = 0): void => {
    let isAnswered = false;
    const again = (): void => {
      if (isAnswered) return;
      isAnswered = true;
      // The provider repeats an unacknowledged notification for a day; without it the books must be compared.
      if (tries < 10) scheduler.after(minuteMs * 2 ** tries, () => sendHint(hint, tries + 1));
      else if (!world.comparesBooks) scheduler.after(dayMs / 2, () => sendHint(hint, tries));
    };
    const worker = api();
    if (worker === null) {
      again();
      return;
    }
    const services = {
      clock: worker.services.clock,
      messageFactory: worker.services.messageFactory,
      publisher: worker.services.publisher,
      publishDeadlineMs,
    };
    const trace = { correlationId: `hint-${(requests += 1)}`, causationId: null };
    acceptNotification(services, hint, trace).then(() => {
      isAnswered = true;
      eyes.onAcknowledged(trace.correlationId);
    }, again);
    // A process that dies with the notification in hand never answers.
    scheduler.after(answerWithinMs, again);
  };
  const notify = (entry: Entry | BindingEntry): void => {
    if (entry.object === 'refund' && entry.status !== 'succeeded') return;
    if (entry.object === 'payment_method' && entry.status !== 'active') return;
    const userId = entry.metadata['user_id'] ?? null;
    if (world.strikes('notification_lost', userId)) return;
    const hint = { provider: 'yookassa', objectType: entry.object, objectId: entry.id };
    for (let times = world.strikes('notification_twice', userId) ? 2 : 1; times > 0; times -= 1) {
      const delayMs = world.strikes('notification_late', userId)
        ? random.spread(minuteMs, dayMs)
        : random.spread(100, 5 * secondMs);
      scheduler.after(Math.ceil(delayMs), () => sendHint(hint));
    }
  };
  const warn = (userId: string): void => {
    const acts = random.chance(0.5) && life.cardsEmptyFrom === null;
    if (acts) scheduler.after(Math.ceil(random.spread(minuteMs, 4 * dayMs)), () => act(userId));
  };
  const nameContact = (userId: string): void => {
    if (!random.chance(0.8)) return;
    scheduler.after(Math.ceil(random.spread(minuteMs, 6 * dayMs)), () => act(userId, 'receipt_contact.set'));
  };
  const lookInto = (userId: string): void => {
    if (!random.chance(0.7)) return;
    const inMs = Math.ceil(random.spread(minuteMs, 40 * dayMs));
    scheduler.after(inMs, () => act(userId, 'payment.resolve'));
    scheduler.after(inMs + random.integer(minuteMs, dayMs), () => act(userId, 'subscription.release'));
  };
  return {
    nameContact,
    lookInto,
    acknowledged: () => acknowledged,
    refused: () => refused,
    notify,
    sendHint,
    warn,
    cancel: (userId) => act(userId, 'subscription.cancel'),
    act: (userId) => act(userId),
    give,
  };
}
