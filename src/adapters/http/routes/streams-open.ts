import type { ServerSentEvent } from '../contract/event-stream.ts';
import { Problem } from '../contract/problem.ts';

/** More pages than a person has open while they pay. Each stream holds a connection for up to 30 s, of 4,000 in a process. */
const streamsPerUserMax = 10;

export type StreamsOpen = {
  /** The stream, counted until it ends. Throws 429 while the user has too many; the status without a stream is answered. */
  readonly opened: (userId: string, stream: () => AsyncIterable<ServerSentEvent>) => AsyncIterable<ServerSentEvent>;
};

/** Counts the open streams of each user in this process. */
export function createStreamsOpen(): StreamsOpen {
  const counts = new Map<string, number>();
  const add = (userId: string, by: 1 | -1): void => {
    const count = (counts.get(userId) ?? 0) + by;
    if (count > 0) counts.set(userId, count);
    else counts.delete(userId);
  };
  async function* counted(userId: string, stream: () => AsyncIterable<ServerSentEvent>) {
    add(userId, 1);
    try {
      yield* stream();
    } finally {
      add(userId, -1);
    }
  }
  return {
    opened: (userId, stream) => {
      if ((counts.get(userId) ?? 0) >= streamsPerUserMax)
        throw new Problem(429, '4029', { headers: { 'Retry-After': '2' } });
      return counted(userId, stream);
    },
  };
}
