import type { Db, Document, Filter } from 'mongodb';
import type { Asked } from './evidence.ts';
import { commandsOf } from './gather.ts';
import { lagsOf, openKafka } from './read-log.ts';

/** What must be over before the checks. `unknown` as well: only its end shows what happened to the money. */
const underWay: Readonly<Record<string, Filter<Document>>> = {
  'outboxes not empty': { 'outbox.0': { $exists: true } },
  'payments on their way': { 'payment.state': { $in: ['created', 'sending', 'unknown'] } },
  'watched payments on their way': { 'watched.state': { $in: ['created', 'sending', 'unknown'] } },
  'refunds on their way': { 'refunds.state': { $in: ['requested', 'sending', 'unknown', 'pending'] } },
};

/** What of the orders is still under way, without messages, such as the timers of open payment pages, which never end. */
export async function ordersUnderWay(db: Db, history: readonly Asked[]): Promise<readonly string[]> {
  const counts = Object.entries(underWay).map(async ([what, filter]) => ({
    what,
    count: await db.collection('subscribers').countDocuments(filter),
  }));
  const ended = new Set((await commandsOf(db)).flatMap(({ id, outcome }) => (outcome === null ? [] : [id])));
  const promised = new Set(
    history.flatMap(({ result, commandId }) => (result === 'ok' && commandId !== null ? [commandId] : [])),
  );
  const lacking = {
    what: 'acknowledged commands without outcome',
    count: [...promised].filter((id) => !ended.has(id)).length,
  };
  return described([...(await Promise.all(counts)), lacking]);
}

/** Descriptions of what is still under way; empty when the system has come to rest. */
export async function unrest(db: Db, brokers: string, history: readonly Asked[]): Promise<readonly string[]> {
  const orders = await ordersUnderWay(db, history);
  const clocks = await db.collection('test_clocks').countDocuments({ status: 'advancing' });
  // Last, so that what an outbox has published meanwhile counts.
  const lags = await lagsOf(openKafka(brokers));
  return [
    ...orders,
    ...described([
      { what: 'clocks on their way', count: clocks },
      ...[...lags].map(([group, count]) => ({ what: `messages not consumed by ${group}`, count })),
    ]),
  ];
}

const described = (rest: readonly { readonly what: string; readonly count: number }[]): readonly string[] =>
  rest.flatMap(({ what, count }) => (count > 0 ? [`${count} ${what}`] : []));
