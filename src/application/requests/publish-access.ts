import { secondMs } from '../../domain/model/instant.ts';
import type { AccessPages } from '../ports/access-pages.ts';
import type { Clock } from '../ports/clock.ts';
import type { MessageFactory } from '../ports/message-factory.ts';
import type { MessagePublisher } from '../ports/outbox.ts';

/** How long Kafka may take for one page. */
const publishDeadlineMs = 10_000;

type Services = {
  readonly accessPages: AccessPages;
  readonly messageFactory: Pick<MessageFactory, 'fact'>;
  readonly publisher: MessagePublisher;
  readonly clock: Clock;
  readonly randomId: () => string;
};

/**
 * Publishes the access of all users again, each under its own number, so that a reader which has it ignores it. One page a
 * second bounds the rate. A record that a newer one has overtaken is corrected by the keeper of the topic. Returns how many
 * were published; rejects where Kafka does not take a page, and the caller goes on after the last user reported.
 */
export async function publishAccess(
  { accessPages, messageFactory, publisher, clock, randomId }: Services,
  { after, perSecond }: { readonly after: string | null; readonly perSecond: number },
  onProgress: (count: number, lastUser: string) => void,
): Promise<number> {
  const trace = { correlationId: randomId(), causationId: null };
  let count = 0;
  let last = after;
  for (;;) {
    const startedMs = clock.monotonicMs();
    const page = await accessPages(last, perSecond);
    const at = clock.now();
    const records = page.map(({ userId, entitlement, sequence }) =>
      messageFactory.fact({ type: 'entitlement.changed', entitlement }, { userId, sequence, at, trace }),
    );
    if (records.length > 0) await publisher.publish(records, publishDeadlineMs);
    count += page.length;
    last = page.at(-1)?.userId ?? last;
    if (last !== null) onProgress(count, last);
    if (page.length < perSecond) return count;
    await clock.wait(Math.max(0, startedMs + secondMs - clock.monotonicMs()));
  }
}
