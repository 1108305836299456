import { readSettings, type Clocks } from './clock.ts';
import type { Config } from './config.ts';
import type { Store } from './store.ts';
import type { NotificationRecord } from './types.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Pauses before each further try. The provider gives up 24 hours after the event and does not publish its pauses. */
const attemptsAtMs = [
  0,
  minuteMs,
  5 * minuteMs,
  15 * minuteMs,
  hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
  24 * hourMs,
];
/** A receiver without an answer by then counts as failed. */
const answerTimeoutMs = 10_000;
/** Parallel deliveries: enough for a burst of renewals, without overloading the receiver on a small machine. */
const maxInFlight = 16;
/** In the mode `reordered`, how long after the later notification the earlier one is sent. */
const overtakenByMs = 300;
/** The longest delay that setTimeout accepts. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * The outbox of notifications. `add` is part of the request's own transaction: a notification is never lost, and never sent
 * before its object can be read. `start` and every `wake` deliver what is due.
 */
export type Notifications = {
  add(event: string, object: unknown): void;
  wake(): void;
  stop(): void;
};

async function post(url: string, record: NotificationRecord): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ type: 'notification', event: record.event, object: record.object }),
      redirect: 'manual',
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}

/** Adds events to the outbox as the mode says: once, twice, late, overtaken by the next, or not at all. */
function createOutbox(config: Config, store: Store, clocks: Clocks): Notifications['add'] {
  let overtakenId: string | null = null;

  const enqueue = (event: string, object: unknown, delayMs: number): string => {
    const nowMs = clocks.realNowMs();
    const id = `${nowMs}-${store.nextSeq()}`;
    store.put('notifications', id, { event, object, createdAtMs: nowMs, attempt: 0, dueAtMs: nowMs + delayMs });
    return id;
  };

  /** A notification waits for a later one that overtakes it, at most as long as a late one would. */
  const enqueueReordered = (event: string, object: unknown, waitMs: number): void => {
    const waiting = overtakenId === null ? undefined : store.get('notifications', overtakenId);
    if (overtakenId === null || waiting === undefined) {
      overtakenId = enqueue(event, object, waitMs);
      return;
    }
    enqueue(event, object, 0);
    store.put('notifications', overtakenId, { ...waiting, dueAtMs: clocks.realNowMs() + overtakenByMs });
    overtakenId = null;
  };

  return (event, object) => {
    const { notificationMode: mode, notificationDelayMs: delayMs } = readSettings(store);
    if (config.notificationUrl === '' || mode === 'off') return;
    if (mode === 'reordered') enqueueReordered(event, object, delayMs);
    else enqueue(event, object, mode === 'late' ? delayMs : 0);
    if (mode === 'duplicate') enqueue(event, object, 0);
  };
}

export function createNotifications(config: Config, store: Store, clocks: Clocks): Notifications {
  const inFlight = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const deliver = async (id: string, record: NotificationRecord): Promise<void> => {
    inFlight.add(id);
    const isTaken = await post(config.notificationUrl, record);
    inFlight.delete(id);
    if (isStopped) return;
    const nextAtMs = attemptsAtMs[record.attempt + 1];
    if (isTaken || nextAtMs === undefined) store.put('notifications', id, null);
    else {
      const dueAtMs = record.createdAtMs + nextAtMs * config.retryFactor;
      store.put('notifications', id, { ...record, attempt: record.attempt + 1, dueAtMs });
    }
    store.flush();
    deliverDue();
  };

  const deliverDue = (): void => {
    clearTimeout(timer);
    if (isStopped || config.notificationUrl === '' || readSettings(store).notificationMode === 'off') return;
    const nowMs = clocks.realNowMs();
    let nextAtMs = Infinity;
    for (const [id, record] of store.all('notifications')) {
      if (inFlight.has(id)) continue;
      if (inFlight.size >= maxInFlight) return;
      if (record.dueAtMs <= nowMs) void deliver(id, record);
      else nextAtMs = Math.min(nextAtMs, record.dueAtMs);
    }
    if (nextAtMs < Infinity) timer = setTimeout(deliverDue, Math.min(nextAtMs - nowMs, maxTimerMs));
  };

  return {
    add: createOutbox(config, store, clocks),
    wake: deliverDue,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
