import type { CoreServices } from '../../../src/application/services/core-services.ts';
import { minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { Machine } from '../world/machine.ts';
import type { Random } from '../world/random.ts';
import type { World } from '../world/world.ts';

/** What a process reads before it saves what it has decided by it. */
export const aimedReads = [
  ...(['the document', 'an old command', 'an old payment', 'the books', 'a blocked key', 'a tariff'] as const),
  ...(['an object of the provider', 'the answer to a request', 'the list of the provider'] as const),
] as const;
type AimedRead = (typeof aimedReads)[number];
/** So few lives save after one of these that every chance is taken. */
const rare: readonly AimedRead[] = ['a blocked key', 'the books', 'the list of the provider'];

/** What strikes between the read and the save. */
export const blows = ['the process dies', 'the store is unavailable', 'others are first'] as const;

type Hands = {
  readonly breakStore: (ms: number) => void;
  /** Other processes take over the messages in hand, and the subscriber gives another command. */
  readonly overtake: (userId: string) => void;
};

/** Strikes exactly between a chosen read and the save after it, which chance hits rarely. */
export type Aim = {
  /** The same services, with every read noted and every save a target. */
  readonly over: (machine: Machine, services: CoreServices) => CoreServices;
  readonly arm: (hands: Hands) => void;
};

/** After so many a life must go on: a process that dies at each save never gets any further. */
const strikesMax = 15;

export function createAim(world: World, dice: Random): Aim {
  const target = dice.chance(0.25) ? { read: dice.pick(aimedReads), blow: dice.pick(blows) } : null;
  let hands: Hands | null = null;
  let strikes = 0;

  function strike(machine: Machine, userId: string): number {
    if (target === null || hands === null || world.isCalm() || strikes >= strikesMax) return 0;
    if (!dice.chance(rare.includes(target.read) ? 1 : 0.4)) return 0;
    strikes += 1;
    world.visit('strike', `${target.read} × ${target.blow}`);
    world.story.add(userId, `between a read of ${target.read} and the save: ${target.blow}`);
    if (target.blow === 'the store is unavailable') hands.breakStore(dice.spread(secondMs, 2 * minuteMs));
    // Its save is on its way by now, and arrives in half of the cases.
    if (target.blow === 'the process dies') world.scheduler.after(0, machine.kill);
    if (target.blow !== 'others are first') return 0;
    hands.overtake(userId);
    return Math.ceil(dice.spread(secondMs, minuteMs));
  }

  function over(machine: Machine, services: CoreServices): CoreServices {
    if (target === null) return services;
    // A life has few subscribers, so what a process has read since its last save is mostly about one of them.
    let hasRead = false;
    const reading =
      <Asked extends readonly unknown[], Answer>(read: AimedRead, ask: (...asked: Asked) => Promise<Answer>) =>
      async (...asked: Asked): Promise<Answer> => {
        const answer = await ask(...asked);
        if (read === target.read) hasRead = true;
        return answer;
      };
    const { store, past, books, provider, providerList, blockedKeys, catalogue } = services;
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
      store: {
        ...store,
        load: reading('the document', store.load),
        save: async (save) => {
          const delayMs = hasRead ? strike(machine, save.subscriber.userId) : 0;
          hasRead = false;
          if (delayMs > 0) await machine.clock.wait(delayMs);
          return store.save(save);
        },
      },
    };
  }
  return { over, arm: (given) => void (hands = given) };
}
