import type { StaffAct } from '../../domain/model/events.ts';
import type { ChangeSet } from '../../domain/subscription/finalize-decision.ts';
import type { AuditEntry, AuditedState } from '../ports/audit.ts';
import type { ReadModelRow } from '../ports/outbox.ts';
import { shownSubscriber, type ShownSubscriber } from '../services/shown-subscriber.ts';

type About = Pick<ReadModelRow, 'userId' | 'version' | 'at'>;

/** Every order changes them. Its own outcome stands beside what it changed. */
const always: ReadonlySet<string> = new Set(['eventSeq', 'entitlementSeq', 'commands']);

function changedParts(before: ShownSubscriber, after: ShownSubscriber) {
  const names = Object.keys(after) as (keyof ShownSubscriber)[];
  const changed = names.filter(
    (name) => !always.has(name) && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const partsOf = (state: ShownSubscriber): AuditedState =>
    Object.fromEntries(changed.map((name) => [name, state[name]]));
  return { before: partsOf(before), after: partsOf(after) };
}

/** The row of the audit for an order of staff, or for what a subscriber has said: what the save changes, before and after it. */
export function auditRow(
  { commandId: id, ...act }: StaffAct & { readonly comment?: string },
  changeSet: ChangeSet,
  about: About & { readonly realNow: number; readonly requestId: string },
): ReadModelRow {
  const { realNow: at, requestId, ...version } = about;
  const outcome = changeSet.state.commands.find((entry) => entry.id === id)?.outcome ?? null;
  const { before, after } = changedParts(shownSubscriber(changeSet.before), shownSubscriber(changeSet.state));
  const { actor, action, subject, reason, comment } = act;
  const common = { id, at, actor, action, subject, userId: about.userId, before, reason, requestId };
  const said = comment === undefined ? {} : { comment };
  const row: AuditEntry = { ...common, ...said, after: { ...after, outcome } };
  return { ...version, model: 'audit', id, row };
}
