import type { WindowResult } from '../../application/reconciliation/reconcile-window.ts';
import { type BookedSide, differenceActions } from '../../domain/model/difference.ts';
import { toIso } from '../../domain/model/instant.ts';
import { toDecimal } from '../../domain/model/money.ts';

const side = (booked: BookedSide | null): string =>
  booked === null ? '-' : `${booked.state} ${toDecimal(booked.amount)} ${booked.amount.currency}`;

function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

/** What a person reads: the differences, one a line, and the sums. */
export function differenceTable({ walk, found }: WindowResult): string {
  const rows = found.map(({ difference: { kind, subject, ours, theirs }, userId, isKnown }) => [
    ...[kind, isKnown ? 'known' : differenceActions[kind], subject.object, subject.id],
    ...[userId ?? '-', side(ours), side(theirs)],
  ]);
  const head = ['difference', 'action', 'object', 'id', 'user', 'ours', 'theirs'];
  const { pages, payments, refunds, unreadable } = walk.summary;
  const counts = Object.entries(walk.summary.differences).map(([kind, count]) => `${count} ${kind}`);
  const byKind = counts.length === 0 ? '' : ` (${counts.join(', ')})`;
  const sums = `${payments} payments and ${refunds} refunds on ${pages} pages: ${found.length} differences${byKind}, ${unreadable} unreadable.`;
  return found.length === 0 ? sums : `${tableOf([head, ...rows])}\n${sums}`;
}

/** The same for programs. */
export function differenceJson({ walk, found, unavailable, unverified, unread, notCompared }: WindowResult): string {
  const window = { from: toIso(walk.from), to: toIso(walk.to), compared_until: toIso(walk.at) };
  const differences = found.map(({ difference, userId, isKnown }) => ({
    ...{ ...difference, action: differenceActions[difference.kind] },
    ...{ user_id: userId, is_known: isKnown },
  }));
  const failed = notCompared.map(({ subject, userId }) => ({ ...subject, user_id: userId }));
  const lacking = { unavailable, unverified, unread, not_compared: failed };
  return JSON.stringify({ window, ...lacking, summary: walk.summary, differences });
}
