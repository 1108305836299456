import { announceDue } from '../../../src/application/jobs/announce-due.ts';
import { createBackground } from '../../../src/application/services/background.ts';
import type { CoreServices } from '../../../src/application/services/core-services.ts';
import { handleTimer } from '../../../src/application/handlers/handle-timer.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import type { ReadModelRow } from '../../../src/application/ports/outbox.ts';
import { createRelay } from '../../../src/application/outbox/relay.ts';
import { sweepOutbox } from '../../../src/application/outbox/sweep-outbox.ts';
import { dayMs, secondMs } from '../../../src/domain/model/instant.ts';
import { timerTypes } from '../../../src/domain/timers/index.ts';
import type { TestSystem } from '../../support/test-system.ts';
import { readMessage } from '../../support/read-message.ts';

export const trace = { correlationId: 'storm', causationId: null };
const silent = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}

type Handle = (services: CoreServices) => Promise<unknown>;

/** A process that may die at any call to its store; the next one is new and gets the message again. */
export function createWorld(system: TestSystem) {
  let written = 0;
  let countdown: { after: number; saved: boolean } | null = null;
  const dead = () => new Fault('dead', 'the process has died', { retryable: true });

  function newProcess(): { services: CoreServices; isDead: () => boolean } {
    let died = false;
    const isDead = (): boolean => died;
    const die = (): never => {
      died = true;
      countdown = null;
      throw dead();
    };
    const store = Object.fromEntries(
      Object.entries(system.services.store).map(([name, call]) => [
        name,
        async (...args: never[]) => {
          if (died) throw dead();
          const hits = countdown !== null && (countdown.after -= 1) < 0;
          if (hits && !(countdown?.saved === true && name === 'save')) die();
          const result: unknown = await (call as (...given: never[]) => Promise<unknown>)(...args);
          if (hits || isDead()) die();
          return result;
        },
      ]),
    ) as unknown as CoreServices['store'];
    const publisher: CoreServices['publisher'] = {
      publish: (messages, deadlineMs) =>
        died ? Promise.reject(dead()) : system.services.publisher.publish(messages, deadlineMs),
    };
    const readModels = {
      write: async (rows: readonly ReadModelRow[]): Promise<void> => {
        if (died) throw dead();
        // The relay gives no access to its read models; an entry without messages writes them.
        await system.services.relay.publish('read-models', [
          { id: `rows-${(written += 1)}`, at: 0, messages: [], rows: rows },
        ]);
      },
    };
    const services: CoreServices = {
      ...system.services,
      store,
      publisher,
      relay: createRelay({ store, readModels, publisher, log: silent, clock: system.clock }),
      background: createBackground(system.clock, silent),
    };
    return { services, isDead };
  }

  const unread: Handle[] = [];
  let current = newProcess();
  const alive = (): CoreServices => {
    if (current.isDead()) current = newProcess();
    return current.services;
  };

  /** Runs work, and lets time pass while it waits for the provider; a call of the provider ends after 36 s. */
  async function pumped<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const isDone = (): boolean => done;
    const watched = work.finally(() => (done = true));
    watched.catch(() => undefined);
    for (let waited = 0; !isDone(); waited += 1) {
      for (let turn = 0; turn < 80 && !isDone(); turn += 1) await new Promise(setImmediate);
      if (isDone()) break;
      system.clock.advance(secondMs);
      if (waited % 36 === 35) system.provider.release('timeout');
      if (waited > 2_000) throw new Error('work never ends');
    }
    return watched;
  }

  /** As the consumer runner does: tries again after a transient fault, in the process that is alive then. */
  async function deliver(handle: Handle): Promise<void> {
    for (let tried = 0; tried < 20; tried += 1) {
      try {
        await pumped(handle(alive()));
        return;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        if (error.code === 'object_unread') return void unread.push(handle);
      }
    }
    throw new Error('message never handled');
  }

  /** Delivers the hints that waited for the provider, now that it can be read again. */
  const deliverUnread = async (): Promise<void> => {
    for (const handle of unread.splice(0)) await deliver(handle);
  };

  async function runDue(): Promise<void> {
    for (let round = 0; round < 60; round += 1) {
      await turns(3);
      const from = system.messages.length;
      try {
        await pumped(announceDue(alive(), timerTypes));
      } catch {
        if (system.brokerIsDown()) return;
      }
      const timers = system.messages
        .slice(from)
        .map(readMessage)
        .flatMap((carried) => (carried.kind === 'timer' ? [carried] : []));
      if (timers.length === 0) return;
      for (const { userId, timer } of timers) await deliver((services) => handleTimer(services, userId, timer, trace));
    }
    throw new Error('something is due over and over again');
  }

  async function pass(ms: number, stepMs: number): Promise<void> {
    const until = system.clock.now() + ms;
    for (let count = 0; system.clock.now() < until; count += 1) {
      system.clock.set(Math.min(system.clock.now() + stepMs, until));
      // A call under way ends at its time limit.
      if (stepMs >= 40 * secondMs) system.provider.release(count % 2 === 0 ? 'answer' : 'timeout');
      await turns(2);
      await runDue();
      await sweepOutbox(alive()).catch(() => undefined);
    }
  }
  let outMs = 0;
  return {
    deliver,
    deliverUnread,
    runDue,
    pass,
    alive,
    /** Refunds are retried for 30 days, so the sum of all outages stays below that. */
    outage: (ms: number): number => {
      const allowed = Math.min(ms, 24 * dayMs - outMs);
      outMs += allowed;
      return allowed;
    },
    crash: (after: number, saved: boolean) => void (countdown = { after, saved }),
    calm: () => void (countdown = null),
  };
}
export type World = ReturnType<typeof createWorld>;
