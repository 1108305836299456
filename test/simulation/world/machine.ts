import type { Clock } from '../../../src/application/ports/clock.ts';
import type { Owner } from './scheduler.ts';
import type { World } from './world.ts';

/** One process from its start to its death: own memory, own clock. What it waits for when it dies never goes on. */
export type Machine = Owner & {
  readonly name: string;
  readonly clock: Clock;
  /** Asks somebody across the network: the request travels, `effect` happens there, the answer travels back. */
  readonly hop: <Answer>(userId: string | null, effect: () => Answer | Promise<Answer>) => Promise<Answer>;
  readonly kill: () => void;
  /** Stops it without a word (SIGSTOP): it goes on later and believes that nothing happened. */
  readonly pause: (ms: number) => void;
  readonly jump: (ms: number) => void;
};

/** A hop that is slow for once is this much slower. */
const slowFactor = 60;

function createClock(world: World, owner: Owner, skew: () => number): Clock {
  const { scheduler } = world;
  const startedAt = scheduler.now();
  return {
    now: () => scheduler.now() + skew(),
    monotonicMs: () => scheduler.now() - startedAt,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (ms <= 0 || signal?.aborted === true) {
          resolve();
          return;
        }
        const timer = scheduler.after(ms, resolve, owner);
        const letGo = (): void => {
          timer.cancel();
          resolve();
        };
        signal?.addEventListener('abort', letGo, { once: true });
      }),
  };
}

export function createMachine(world: World, name: string, onDeath: () => void): Machine {
  const { random, scheduler, story } = world;
  const limit = (): number => world.swarm().skewMs;
  let skewMs = Math.round(random.between(-limit(), limit()));
  let dead = false;
  let wakesAt = 0;
  const owner: Owner = { isDead: () => dead, sleepsUntil: () => wakesAt };
  const kill = (): void => {
    if (dead) return;
    dead = true;
    story.tell(null, `${name} is killed`);
    onDeath();
  };
  const travelMs = (userId: string | null): number => {
    const ms = random.between(1, world.swarm().hopMs);
    return Math.ceil(world.strikes('slow', userId) ? ms * slowFactor : ms);
  };
  const dies = (userId: string | null): boolean => {
    if (dead || !world.strikes('dies_in_hand', userId)) return dead;
    kill();
    return true;
  };
  return {
    ...owner,
    name,
    clock: createClock(world, owner, () => (world.isCalm() ? 0 : skewMs)),
    hop: (userId, effect) =>
      new Promise((resolve, reject) => {
        const arrive = (): void => {
          world.isBusy();
          // Its sender may die before the request has left, or after.
          if (dies(userId) && random.chance(0.5)) return;
          let answer: () => void;
          try {
            const value = effect();
            // Who died meanwhile does not hear of a failure.
            if (value instanceof Promise) value.catch(() => undefined);
            answer = () => resolve(value);
          } catch (error) {
            const reason = error instanceof Error ? error : new Error(String(error));
            answer = () => reject(reason);
          }
          scheduler.after(travelMs(userId), answer, owner);
        };
        scheduler.after(travelMs(userId), arrive);
      }),
    kill,
    pause: (ms) => {
      wakesAt = scheduler.now() + ms;
      story.tell(null, `${name} is stopped for ${Math.round(ms / 1000)} s`);
    },
    jump: (ms) => {
      skewMs = Math.round(Math.max(-limit(), Math.min(limit(), skewMs + ms)));
      story.tell(null, `the clock of ${name} is now ${skewMs} ms off`);
    },
  };
}
