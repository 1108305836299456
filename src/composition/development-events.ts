import { EventEmitter, once } from 'node:events';
import type { DecodedEvent } from '../adapters/http/contract/http-services.ts';
import type { TailLine } from '../adapters/kafka/admin/tail-line.ts';
import { topicNames } from '../messages/topics.ts';
import type { ProcessContext } from './run-process.ts';
import { tailEvents } from './tail-events.ts';

/** The page shows what other services see: facts, not our own commands, timers and hints. */
const { subscriptions, payments, entitlements } = topicNames;
const shownTopics: ReadonlySet<string> = new Set([subscriptions, payments, entitlements]);

const decodedEvent = (line: TailLine): DecodedEvent => ({
  topic: line.topic,
  id: line.id ?? `${line.topic}:${line.partition}:${line.offset}`,
  type: line.type ?? 'unknown',
  time: line.time,
  sequence: line.sequence === null ? null : String(line.sequence),
  data: line.value,
});

/** Events of one user from Kafka, for the development page; ends when the signal aborts. */
export const createDevelopmentEvents = (context: Pick<ProcessContext, 'config' | 'log'>) =>
  async function* (userId: string, signal: AbortSignal): AsyncIterable<DecodedEvent> {
    const arrived: DecodedEvent[] = [];
    const arrivals = new EventEmitter();
    const print = (line: TailLine): void => {
      if (!shownTopics.has(line.topic)) return;
      arrived.push(decodedEvent(line));
      arrivals.emit('arrived');
    };
    const ended = tailEvents(context, { filter: { user: userId }, follow: true, print, signal }).then(
      () => 'ended' as const,
    );
    for (;;) {
      yield* arrived.splice(0);
      const next = once(arrivals, 'arrived').then(() => 'arrived' as const);
      if (arrived.length === 0 && (await Promise.race([next, ended])) === 'ended') return;
    }
  };
