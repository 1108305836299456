import type { DeclaredRestore } from '../ports/epochs.ts';
import { auditAct, type StaffAct, type StaffActServices } from '../requests/staff-act.ts';

/** Who declared the restore, once for each declaration: one that broke off goes on under the same entry. */
export function auditRestore(services: StaffActServices, declared: DeclaredRestore, act: StaffAct): Promise<void> {
  const { restoredAt, stoppedAt, upAt } = declared;
  const what = { subject: { kind: 'restore', id: 'database' }, userId: null, before: null };
  const key = `restore of ${upAt}`;
  return auditAct(
    services,
    { ...act, key },
    { action: 'restore.declare', ...what, after: { restoredAt, stoppedAt, upAt } },
  );
}
