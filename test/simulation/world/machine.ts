import type { Clock } from '../../../src/application/ports/clock.ts';
import type { Owner } from './scheduler.ts';
import type { World } from './world.ts';

/** One process from start to death, with memory and clock of its own. After its death none of its waits continues. */
export type Machine = Owner & {
  readonly name: string;
  readonly clock: Clock;
  /** A call over the network: the request travels, `effect` happens on the other side, the answer travels back. */
  readonly hop: <Answer>(userId: string | null, effect: () => Answer | Promise<Answer>) => Promise<Answer>;
  readonly kill: () => void;
  /** Pauses it without a notice (SIGSTOP): it continues later, as if no time had passed. */
  readonly pause: (ms: number) => void;
  readonly jump: (ms: number) => void;
};

/** How much slower a slow hop is. */
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
        const finish = (): void => {
          timer.cancel();
          resolve();
        };
        signal?.addEventListener('abort', finish, { once: true });
      }),
  };
}

/** How far its clock is off when it starts. */
function firstSkewMs(world: World, name: string): number {
  const { skewMs, aheadRole } = world.swarm();
  const drawnMs = world.random.between(-skewMs, skewMs);
  if (aheadRole === null) return Math.round(drawnMs);
  return name === aheadRole ? Math.round(skewMs) : 0;
}

export function createMachine(world: World, name: string, onDeath: () => void): Machine {
  const { random, scheduler, story } = world;
  const limit = (): number => world.swarm().skewMs;
  let skewMs = firstSkewMs(world, name);
  let dead = false;
  let wakesAt = 0;
  const owner: Owner = { isDead: () => dead, sleepsUntil: () => wakesAt };
  const kill = (): void => {
    if (dead) return;
    dead = true;
    story.add(null, `${name} is killed`);
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
          // The process may die before its request is sent, or after.
          if (dies(userId) && random.chance(0.5)) return;
          let answer: () => void;
          try {
            const value = effect();
            // A dead process does not receive the failure.
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
      story.add(null, `${name} is stopped for ${Math.round(ms / 1000)} s`);
    },
    jump: (ms) => {
      skewMs = Math.round(Math.max(-limit(), Math.min(limit(), skewMs + ms)));
      story.add(null, `the clock of ${name} is now ${skewMs} ms off`);
    },
  };
}
