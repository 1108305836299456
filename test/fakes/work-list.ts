import { byAge, type WorkItem, type WorkList } from '../../src/application/ports/work-list.ts';
import type { ReadModelRow } from '../../src/application/ports/outbox.ts';
import { isOver, isReady } from '../../src/domain/model/payment-states.ts';
import type { MemoryReadModels } from './read-models.ts';

function itemOf(row: ReadModelRow, state: Parameters<WorkList>[0]['state']): readonly WorkItem[] {
  const { userId, id } = row;
  if (row.model === 'subscriptions') {
    const held = state === 'held' && 'held' in row.row ? row.row.held : null;
    return held === null ? [] : [{ userId, id, kind: 'subscription', since: held.since }];
  }
  if (row.model === 'receipts') {
    const isFailed = state === 'receipt_failed' && row.row.state === 'failed';
    return isFailed ? [{ userId, id, kind: 'receipt', since: row.row.since }] : [];
  }
  if (state === 'refund_late') {
    const since = row.model === 'refunds' ? row.lateSince : undefined;
    return since === undefined ? [] : [{ userId, id, kind: 'refund', since }];
  }
  if (state === 'receipt_failed' || state === 'held' || (row.model !== 'payments' && row.model !== 'refunds'))
    return [];
  const isStuck = row.row.stuckSince !== null && !isReady(row.row) && !isOver(row.row);
  const waits = state === 'stuck' ? isStuck : row.row.state === 'unknown';
  const kind = row.model === 'payments' ? 'payment' : 'refund';
  return waits ? [{ userId, id, kind, since: row.row.createdRealAt }] : [];
}

export const createMemoryWorkList =
  ({ rows }: Pick<MemoryReadModels, 'rows'>): WorkList =>
  ({ state, after, limit }) =>
    Promise.resolve(
      rows()
        .flatMap((row) => itemOf(row, state))
        .filter((item) => after === null || byAge(item, { ...item, ...after }) > 0)
        .filter(({ id }) => id !== after?.id)
        .toSorted(byAge)
        .slice(0, limit),
    );
