import kafkajs, { type logCreator, type LogEntry } from 'kafkajs';
import type { Clock } from '../../../application/ports/clock.ts';
import type { Log } from '../../../application/ports/log.ts';
import { createRecent } from '../../../application/services/recent.ts';
import { clientSettings } from './settings.ts';

/** kafkajs logs this when a committed offset no longer exists: retention has deleted messages that were never read. */
const eventsWereLost = 'Offset out of range, resetting to default offset';

/** kafkajs logs every retry of an outage as an error. In our log an error means that operators must act now. */
export function createClientLog(log: Log, clock: Clock): logCreator {
  const loggedAt = createRecent<string, number>(clientSettings.logRememberedLines);
  const isRepeat = (line: string): boolean => {
    const now = clock.monotonicMs();
    const last = loggedAt.get(line);
    if (last !== undefined && now - last < clientSettings.logRepeatMs) return true;
    loggedAt.set(line, now);
    return false;
  };
  return () =>
    ({ level, namespace, log: entry }: LogEntry) => {
      const line = `${namespace}: ${entry.message}`;
      if (isRepeat(line) || (level !== kafkajs.logLevel.ERROR && level !== kafkajs.logLevel.WARN)) return;
      if (entry.message.includes(eventsWereLost)) {
        log.error('the broker no longer has the committed offset, events were skipped', { reason: line });
      } else {
        log.warn('kafka client', { reason: line });
      }
    };
}
