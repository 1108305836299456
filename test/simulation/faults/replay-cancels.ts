import { hashText } from '../../../src/adapters/system/ids.ts';
import { placeOf } from '../../../src/application/ports/blocked-keys.ts';
import { type KeptDeadLetter, replayHeader } from '../../../src/application/ports/dead-letters.ts';
import type { OutMessage } from '../../../src/application/ports/outbox.ts';
import { acceptCommand } from '../../../src/application/requests/accept-command.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { BlockedStore } from '../world/blocked-store.ts';
import type { Database } from '../world/database.ts';
import type { Fleet } from '../world/fleet.ts';
import type { SimulatedLog } from '../world/message-log.ts';
import { tariffs } from '../world/open-services.ts';
import type { People } from '../world/people.ts';
import type { Random } from '../world/random.ts';
import type { Worker } from '../world/worker.ts';
import type { World } from '../world/world.ts';

type Parts = {
  readonly database: Database;
  readonly fleet: Pick<Fleet, 'find'>;
  readonly log: SimulatedLog;
  readonly blocked: Pick<BlockedStore, 'giveUp'>;
  readonly people: Pick<People, 'give'>;
  readonly letters: Map<string, KeptDeadLetter>;
};

const isNewlyPastDue = (before: Subscriber | null, { subscription }: Subscriber): boolean =>
  subscription?.status === 'past_due' && before?.subscription?.status !== 'past_due';

/** The message of a cancel that the API accepts now. No consumer gets it. */
async function acceptCancel({ services }: Worker, userId: string, dice: Random): Promise<OutMessage | undefined> {
  const taken: OutMessage[] = [];
  const publisher = {
    publish: (messages: readonly OutMessage[]) => {
      taken.push(...messages);
      return Promise.resolve();
    },
  };
  const { clock, messageFactory, randomId } = services;
  const mode = dice.pick(['immediate', 'period_end'] as const);
  await acceptCommand(
    { clock, messageFactory, publisher, hash: hashText, randomId, publishDeadlineMs: minuteMs },
    {
      input: { type: 'subscription.cancel', userId, mode, refund: 'prorated', reason: null },
      ...{ actor: { kind: 'user', id: userId }, route: 'cancel', idempotencyKey: dice.id(), bodyText: '' },
      trace: { correlationId: 'replayed', causationId: null },
    },
  );
  return taken[0];
}

/** What the store of dead letters keeps of it. */
function letterOf({ topic, key }: OutMessage, id: string, timestamp: number): KeptDeadLetter {
  return {
    ...{ id, topic, key, timestamp, partition: 0, offset: id, consumerGroup: 'commands', replayOf: null, sealed: '' },
    ...{ errorClass: 'bug', errorCode: 'queue_full', reason: 'no room', firstFailedAt: timestamp, attempts: 1 },
    ...{ state: 'replayed', closedAt: timestamp },
  };
}

/**
 * A cancel becomes a dead letter as a subscription falls past due, the subscriber buys another tariff in its place, and staff
 * replay the cancel. The dice are its own: the other lives go on as they did.
 */
export function replayCancels(world: World, parts: Parts, dice: Random): void {
  const { database, fleet, log, blocked, people, letters } = parts;
  const later = (inMs: number, run: () => void) =>
    world.scheduler.after(Math.ceil(inMs), () => {
      if (!world.isCalm()) run();
    });
  const replay = (message: OutMessage, letterId: string): void => {
    log.append({ ...message, headers: { ...message.headers, [replayHeader]: letterId } });
    const records = log.partitionsOf(message.topic).map((partition) => partition.at(-1));
    const record = records.find((one) => one?.headers[replayHeader] === letterId);
    if (record !== undefined) blocked.giveUp(placeOf({ ...record, offset: `${record.offset}` }));
  };
  const lose = async (userId: string, replayInMs: number): Promise<void> => {
    const worker = fleet.find('api');
    const message = worker === null ? undefined : await acceptCancel(worker, userId, dice);
    if (message === undefined) return;
    const letter = letterOf(message, `letter-${letters.size}`, world.scheduler.now());
    letters.set(letter.id, letter);
    later(replayInMs, () => replay(message, letter.id));
  };
  const begin = ({ userId, subscription }: Subscriber): void => {
    const others = Object.values(tariffs).filter(({ id }) => id !== subscription?.tariff.id);
    const tariffId = others[dice.integer(0, others.length - 1)]?.id ?? '';
    const how = { paySystem: 'yookassa', renew: dice.chance(0.7), returnUrl: null, testClockId: null };
    const buyInMs = dice.spread(90 * minuteMs, 2 * dayMs);
    later(minuteMs, () => void lose(userId, buyInMs + dice.spread(hourMs, 3 * dayMs)));
    later(buyInMs, () => people.give({ type: 'subscription.pay', userId, tariffId, ...how }));
  };
  database.watch({
    onSave: (before, { subscriber }) => {
      if (!world.isCalm() && isNewlyPastDue(before?.subscriber ?? null, subscriber)) begin(subscriber);
    },
    onPull: () => undefined,
    onChange: () => undefined,
  });
}
