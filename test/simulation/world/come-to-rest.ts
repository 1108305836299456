import type { ProviderServer } from '../provider/provider-server.ts';
import type { Database } from './database.ts';
import type { World } from './world.ts';
import { hourMs, minuteMs } from '../../../src/domain/model/instant.ts';

type Parts = {
  readonly database: Pick<Database, 'documents'>;
  readonly server: Pick<ProviderServer, 'onEnd'>;
};

/** Waits for no longer than this. */
const minutesMax = 120;

/** At the end of a life, lets what has begun come to its end, so that nothing is judged while its news are under way. */
export async function comeToRest({ scheduler }: World, { database, server }: Parts): Promise<void> {
  let endedAt = -Infinity;
  server.onEnd(() => {
    endedAt = scheduler.now();
  });
  const waitMinute = (): Promise<void> => scheduler.runUntil(scheduler.now() + minuteMs);
  const isYoung = (): boolean =>
    [...database.documents.values()].some(
      ({ subscriber: { payment, binding }, outbox }) =>
        outbox.length > 0 ||
        [payment, binding].some((open) => open !== null && open.createdRealAt > scheduler.now() - hourMs),
    );
  for (let waited = 0; waited < minutesMax && isYoung(); waited += 1) await waitMinute();
  await waitMinute();
  // The bank's hold of a watched payment lapses after a week, which may be in the last second of that minute. The
  // notification takes seconds, and until it is here the document is right to keep the payment.
  const hasJustEnded = (): boolean => endedAt > scheduler.now() - minuteMs;
  for (let waited = 0; waited < minutesMax && hasJustEnded(); waited += 1) await waitMinute();
}
