import type { BlockedKeys } from '../../../src/application/ports/blocked-keys.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import type { SubscriberStore } from '../../../src/application/ports/subscriber-store.ts';
import type { CoreServices } from '../../../src/application/services/core-services.ts';
import { minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { Machine } from '../world/machine.ts';
import type { Random } from '../world/random.ts';
import type { World } from '../world/world.ts';

/** What a process reads before it saves a document that it has decided by it. */
const readsOfSaves = [
  ...(['the document', 'an old command', 'an old payment', 'the books', 'a blocked key', 'a tariff'] as const),
  ...(['an object of the provider', 'the answer to a request', 'the list of the provider'] as const),
] as const;
/** What a process reads before it writes something else: each has a write of its own. */
const readsOfWrites = ['a walk', 'outboxes that are left', 'timers that are due'] as const;
/** As these, but few lives have one. */
const blockedMessage = 'a message of a blocked key';
/** Read before a save as well, but only where staff replay a dead letter. */
const deadLetter = 'a dead letter';

export const aimedReads = [...readsOfSaves, ...readsOfWrites, blockedMessage, deadLetter] as const;
type AimedRead = (typeof aimedReads)[number];
/** So few lives save after one of these that every chance is taken. */
const rare: readonly AimedRead[] = [
  ...(['a blocked key', 'the books', 'the list of the provider', 'a walk'] as const),
  ...([blockedMessage, deadLetter] as const),
];

/** What strikes between the read and the save. */
export const blows = ['the process dies', 'the store is unavailable', 'others are first'] as const;

type Target = { readonly read: AimedRead; readonly blow: (typeof blows)[number] };

type Hands = {
  readonly breakStore: (ms: number) => void;
  /** Other processes take over the messages in hand, and the subscriber gives another command; null: no subscriber does. */
  readonly overtake: (userId: string | null) => void;
};

/** Strikes exactly between a chosen read and the write after it, which chance hits rarely. */
export type Aim = {
  /** The same services, with every read noted and every save a target. */
  readonly over: (machine: Machine, services: CoreServices) => CoreServices;
  /** The same store, with what jobs find noted, and what they write by it a target. The relay needs it as well. */
  readonly overStore: (machine: Machine, store: SubscriberStore) => SubscriberStore;
  /** The same queues, with every claim noted and every end a target. */
  readonly overQueues: (machine: Machine, blockedKeys: BlockedKeys) => BlockedKeys;
  readonly arm: (hands: Hands) => void;
};

/** After so many a life must go on: a process that dies at each save never gets any further. */
const strikesMax = 15;
/** How long others have to be first: another process takes a claimed message over when its lease has ended, at its next pass. */
const overtakeMsMax = (read: AimedRead): number => (read === blockedMessage ? 20 * minuteMs : minuteMs);

/**
 * One life in four is struck before a save. Of the others one in eight is struck before another write, most of those in which
 * staff replay a dead letter after the read of it, and half of the rest where a key is blocked.
 */
function drawTarget(dice: Random, more: Random, replays: boolean): Target | null {
  if (dice.chance(0.25)) return { read: dice.pick(readsOfSaves), blow: dice.pick(blows) };
  if (replays && more.chance(0.8)) return { read: deadLetter, blow: more.pick(blows) };
  if (more.chance(1 / 8)) return { read: more.pick(readsOfWrites), blow: more.pick(blows) };
  return more.chance(0.5) ? { read: blockedMessage, blow: more.pick(blows) } : null;
}

/** `more`: dice for what old lives had not, so that they go on as they did. `replays`: staff replay dead letters in this life. */
export function createAim(
  world: World,
  { dice, more, replays }: { readonly dice: Random; readonly more: Random; readonly replays: boolean },
): Aim {
  const target = drawTarget(dice, more, replays);
  let hands: Hands | null = null;
  let strikes = 0;

  /** How long the write must wait, so that others are first; null where nothing strikes. */
  function strike(machine: Machine, userId: string | null): number | null {
    if (target === null || hands === null || world.isCalm() || strikes >= strikesMax) return null;
    if (!dice.chance(rare.includes(target.read) ? 1 : 0.4)) return null;
    strikes += 1;
    world.visit('strike', `${target.read} × ${target.blow}`);
    world.story.add(userId, `between a read of ${target.read} and the save: ${target.blow}`);
    if (target.blow === 'the store is unavailable') hands.breakStore(dice.spread(secondMs, 2 * minuteMs));
    // Its write is on its way by now, and arrives in half of the cases.
    if (target.blow === 'the process dies') world.scheduler.after(0, machine.kill);
    if (target.blow !== 'others are first') return 0;
    hands.overtake(userId);
    return Math.ceil(dice.spread(secondMs, overtakeMsMax(target.read)));
  }

  /** Notes what one process has found for itself, and strikes before what it writes by it. */
  function pair<Asked extends readonly unknown[], Found, Wrote extends readonly unknown[], Answer>(
    machine: Machine,
    find: (...asked: Asked) => Promise<Found>,
    write: (...wrote: Wrote) => Promise<Answer>,
    userOf: (...wrote: Wrote) => string | null,
  ) {
    let hasFound = false;
    return {
      find: async (...asked: Asked): Promise<Found> => {
        const found = await find(...asked);
        hasFound = Array.isArray(found) ? found.length > 0 : found !== null;
        return found;
      },
      write: async (...wrote: Wrote): Promise<Answer> => {
        const delayMs = hasFound ? strike(machine, userOf(...wrote)) : null;
        hasFound = false;
        if ((delayMs ?? 0) > 0) await machine.clock.wait(delayMs ?? 0);
        return write(...wrote);
      },
    };
  }

  function overStore(machine: Machine, store: SubscriberStore): SubscriberStore {
    if (target?.read === 'outboxes that are left') {
      const { find, write } = pair(
        ...([machine, store.findLeftovers, store.pullOutbox] as const),
        ([first]) => first?.userId ?? null,
      );
      return { ...store, findLeftovers: find, pullOutbox: write };
    }
    if (target?.read !== 'timers that are due') return store;
    const { find, write } = pair(
      ...([machine, store.findDue, store.claimDue] as const),
      ([first]) => first?.due.userId ?? null,
    );
    return { ...store, findDue: find, claimDue: write };
  }

  function overQueues(machine: Machine, blockedKeys: BlockedKeys): BlockedKeys {
    if (target?.read !== blockedMessage) return blockedKeys;
    const { find, write } = pair(machine, blockedKeys.claim, blockedKeys.finish, () => null);
    return { ...blockedKeys, claim: find, finish: write };
  }

  /** The walks answer at once, and never fail by themselves. */
  function overWalks(machine: Machine, walks: CoreServices['walks']): CoreServices['walks'] {
    if (target?.read !== 'a walk') return walks;
    let hasRead = false;
    return {
      load: async (name) => {
        hasRead = true;
        return walks.load(name);
      },
      save: async (walk) => {
        const delayMs = hasRead ? strike(machine, null) : null;
        hasRead = false;
        if (delayMs !== null) {
          if (target.blow === 'the store is unavailable')
            throw new Fault('store_unavailable', 'no answer', { retryable: true });
          // A dead process does not wake.
          if (target.blow === 'others are first' || dice.chance(0.5)) await machine.clock.wait(delayMs + 1);
        }
        return walks.save(walk);
      },
    };
  }

  function over(machine: Machine, services: CoreServices): CoreServices {
    // A link between would change the sequence in which processes go on, also where nothing strikes.
    const isElsewhere = target?.read === blockedMessage || target?.read === 'outboxes that are left';
    if (target === null || isElsewhere || target.read === 'timers that are due') return services;
    // A life has few subscribers, so what a process has read since its last save is mostly about one of them.
    let hasRead = false;
    const reading =
      <Asked extends readonly unknown[], Answer>(read: AimedRead, ask: (...asked: Asked) => Promise<Answer>) =>
      async (...asked: Asked): Promise<Answer> => {
        const answer = await ask(...asked);
        if (read === target.read) hasRead = true;
        return answer;
      };
    const { store, past, books, provider, providerList, blockedKeys, catalogue, deadLetters } = services;
    return {
      ...services,
      past: {
        findCommand: reading('an old command', past.findCommand),
        findPayment: reading('an old payment', past.findPayment),
      },
      books: {
        findPayments: reading('the books', books.findPayments),
        findRefunds: reading('the books', books.findRefunds),
        listSucceeded: reading('the books', books.listSucceeded),
      },
      provider: {
        ...provider,
        send: reading('the answer to a request', provider.send),
        search: reading('the list of the provider', provider.search),
        read: async (object, id, correlationId) => {
          const answer = await provider.read(object, id, correlationId);
          if (target.read === 'an object of the provider') hasRead = true;
          return answer;
        },
      },
      providerList: { ...providerList, page: reading('the list of the provider', providerList.page) },
      blockedKeys: { isBlocked: reading('a blocked key', blockedKeys.isBlocked) },
      catalogue: { ...catalogue, findTariff: reading('a tariff', catalogue.findTariff) },
      deadLetters: { ...deadLetters, find: reading(deadLetter, deadLetters.find) },
      walks: overWalks(machine, services.walks),
      store: {
        ...store,
        load: reading('the document', store.load),
        save: async (save) => {
          const delayMs = (hasRead ? strike(machine, save.subscriber.userId) : null) ?? 0;
          hasRead = false;
          if (delayMs > 0) await machine.clock.wait(delayMs);
          return store.save(save);
        },
      },
    };
  }
  return { over, overStore, overQueues, arm: (given) => void (hands = given) };
}
