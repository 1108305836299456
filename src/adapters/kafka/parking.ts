import type { BlockedKeys, ParkedMessage } from '../../application/ports/blocked-keys.ts';
import type { Cipher } from '../../application/ports/cipher.ts';
import type { LogFields } from '../../application/ports/log.ts';
import { describeError, pauseAfter, releaseBlocked } from '../../application/release-blocked.ts';
import { packRecord, unpackRecord } from '../../messages/dead-letter.ts';
import { createBlockedCache } from './blocked-cache.ts';
import type { ClientOptions } from './client.ts';
import { readHeaders } from './decode-delivery.ts';
import type { LogRecord } from './decode-delivery.ts';
import type { RunnerSettings } from './settings.ts';
import type { WorkEnd } from './work-through.ts';

export type Parking = {
  readonly isBlocked: (message: LogRecord) => Promise<boolean>;
  /** With an error: it blocks its key. Without: it queues behind what does. */
  readonly park: (
    partition: number,
    message: LogRecord,
    failure: { readonly error: unknown } | null,
  ) => Promise<WorkEnd>;
  readonly forget: () => void;
  /** Blocked keys of the group, as this process knows them. */
  readonly size: () => number;
  /** Keeps the keys known and tries what is due, until the process ends; resolves when nothing of it runs. */
  readonly keepReleasing: (tryAgain: (partition: number, message: LogRecord) => Promise<void>) => Promise<void>;
};

export type ParkingOptions = {
  readonly about: LogFields;
  readonly topic: string;
  readonly group: string;
  readonly blockedKeys: BlockedKeys;
  readonly cipher: Cipher;
  readonly client: Pick<ClientOptions, 'clock' | 'log'>;
  readonly settings: RunnerSettings;
  readonly ending: AbortSignal;
};

const recordOf = (parked: ParkedMessage, cipher: Cipher): LogRecord => ({
  ...unpackRecord(cipher.open(parked.sealed)),
  offset: parked.offset,
  timestamp: String(parked.timestamp),
});

const parkedOf = (
  { topic, group, cipher, client }: ParkingOptions,
  partition: number,
  message: LogRecord,
  key: string,
): ParkedMessage => ({
  group,
  topic,
  partition,
  offset: message.offset,
  key,
  sealed: cipher.seal(packRecord({ key: message.key, value: message.value, headers: readHeaders(message.headers) })),
  timestamp: Number(message.timestamp),
  parkedAt: client.clock.now(),
});

/**
 * The queues of blocked keys, seen from one runner. Releasing is part of the runner's life and no job: only here are the
 * handlers with their decoder and dead letters, and a released message must take the same path as any other.
 */
export const createParking = (options: ParkingOptions): Parking => {
  const { about, group, blockedKeys, cipher, settings, ending } = options;
  const { clock, log } = options.client;
  const cache = createBlockedCache(() => blockedKeys.list(group));
  const pauses = { firstMs: settings.releaseFirstPauseMs, lastMs: settings.releaseLastPauseMs };

  const releaseDue: Parking['keepReleasing'] = async (tryAgain) => {
    const blocked = await cache.refresh();
    const released = await releaseBlocked(
      {
        ...{ blockedKeys, clock, log, group, pauses, ending },
        tryAgain: (parked) => tryAgain(parked.partition, recordOf(parked, cipher)),
      },
      blocked,
    );
    if (released > 0) await cache.refresh();
  };

  return {
    isBlocked: ({ key }) => (key === null ? Promise.resolve(false) : cache.has(key.toString('utf8'))),
    park: async (partition, message, failure) => {
      const key = message.key?.toString('utf8') ?? '';
      const parked = parkedOf(options, partition, message, key);
      const why =
        failure === null
          ? null
          : { error: describeError(failure.error), retryAt: parked.parkedAt + pauseAfter(0, pauses) };
      if ((await blockedKeys.park(parked, why)) === 'full') {
        const error = failure?.error ?? new Error('The queue of blocked messages is full.');
        return { kind: 'bug', error };
      }
      cache.add(key);
      const where = { ...about, partition, offset: message.offset };
      if (failure !== null) log.error('a message fails again and again, its key is blocked', where, failure.error);
      return { kind: 'parked' };
    },
    forget: cache.forget,
    size: cache.size,
    keepReleasing: async (tryAgain) => {
      while (!ending.aborted) {
        try {
          await releaseDue(tryAgain);
        } catch (error) {
          log.warn('blocked keys could not be looked after, it is tried again', about, error);
        }
        await clock.wait(settings.blockedRefreshMs, ending);
      }
    },
  };
};
