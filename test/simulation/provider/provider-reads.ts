import type { HttpResult } from '../../../src/adapters/yookassa/http-call.ts';
import { minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { Random } from '../world/random.ts';
import type { World } from '../world/world.ts';
import { foreignPayment } from './provider-cabinet.ts';
import { bodyOf, type Entry, refundedOf } from './provider-ledger.ts';
import { pageOf } from './provider-lists.ts';
import { ok, refused } from './provider-answers.ts';

/** What reads still show of an entry; null while it is not there for them. */
type Lag = { readonly until: number; readonly body: object | null };

/**
 * The read side of the provider: one object by its id, and the lists. It may lag behind what was done. The dice are for what old
 * lives had not: they go on as they did.
 */
export function createProviderReads(
  world: World,
  records: {
    readonly find: (id: string) => Entry | undefined;
    readonly all: () => readonly Entry[];
    readonly isHidden: (entry: Entry) => boolean;
    readonly onRead: (entry: Entry) => void;
  },
  dice: Random,
) {
  const { random, scheduler } = world;
  /** In some lives a list that holds more than one object has a second page, also when all is calm. */
  const itemsMax = random.pick([1, 100]);
  const lags = new Map<string, Lag>();
  const lagOf = (entry: Entry): Lag | undefined => {
    const lag = lags.get(entry.id);
    return lag !== undefined && scheduler.now() < lag.until ? lag : undefined;
  };
  const isShown = (entry: Entry): boolean => !records.isHidden(entry) && lagOf(entry)?.body !== null;
  const shown = (entry: Entry): object | null => {
    if (!isShown(entry)) return null;
    return lagOf(entry)?.body ?? { ...bodyOf(entry, scheduler.now()), ...refundedOf(entry, records.all()) };
  };
  const pageOfOthers = { payment: [bodyOf(foreignPayment(world), scheduler.now())], refund: [] } as const;
  const mayLag = (entry: Entry, body: object | null): void => {
    // Only one notification reports a payment that was denied before. Its read must show no earlier state than it reports.
    if (entry.object === 'payment' && entry.wasHidden) return;
    if (!world.strikes('read_lags', entry.metadata['user_id'] ?? null)) return;
    lags.set(entry.id, { until: scheduler.now() + random.spread(secondMs, 10 * minuteMs), body });
  };
  const getList = (object: Entry['object'], text: string): HttpResult => {
    const query = new URLSearchParams(text);
    // A life has too few payments for a long list, so others fill the first page, and the next ones are short.
    const isLong = world.strikes('long_list', null);
    const isFirst = query.get('cursor') === null;
    if (isLong && isFirst) return ok({ type: 'list', items: pageOfOthers[object], next_cursor: 'behind the others' });
    const { items, nextCursor } = pageOf(records.all().filter(isShown), object, query, isLong ? 1 : itemsMax);
    return ok({ type: 'list', items: items.map(shown), ...(nextCursor === null ? {} : { next_cursor: nextCursor }) });
  };
  return {
    /** To be called for a new entry, and before an entry changes: reads may show the former state for a while. */
    onNew: (entry: Entry): void => mayLag(entry, null),
    beforeChange: (entry: Entry): void => mayLag(entry, shown(entry)),
    /** To be called when the payment is denied no more: reads may still lack it as its notification comes. */
    onReveal: (entry: Entry): void => {
      if (world.swarm().rates.read_lags === 0 || !dice.chance(0.5)) return;
      const ms = Math.ceil(dice.spread(secondMs, 10 * minuteMs));
      world.story.add(entry.metadata['user_id'] ?? null, `fault: reads lack ${entry.id} for ${ms} ms more`);
      lags.set(entry.id, { until: scheduler.now() + ms, body: null });
    },
    get: (path: string): HttpResult => {
      const [place = '', query = ''] = path.split('?');
      const [, kind, id] = place.split('/');
      const object = kind === 'refunds' ? 'refund' : 'payment';
      if (id === undefined) return getList(object, query);
      const entry = records.find(id);
      const body = entry?.object === object ? shown(entry) : null;
      if (entry === undefined || body === null) return refused(404, 'not_found', `${object}_id`);
      records.onRead(entry);
      return ok(body);
    },
  };
}
