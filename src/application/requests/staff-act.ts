import type { Audit, AuditEntry } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';

/** Who acts and why. The key is the actor's own id of the act: with the same key it is the same act again. */
export type StaffAct = {
  readonly actor: string;
  readonly key: string;
  readonly reason: string;
  readonly requestId: string;
};

export type StaffActServices = {
  readonly audit: Pick<Audit, 'append'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly hash: (text: string) => string;
};

/**
 * Puts the act into the audit before it is carried out: an act that nothing tells of would be worse than an entry of one
 * that failed midway. A repeat of the act adds no second entry.
 */
export function auditAct(
  { audit, clock, hash }: StaffActServices,
  { actor, key, reason, requestId }: StaffAct,
  done: Pick<AuditEntry, 'action' | 'subject' | 'userId' | 'before' | 'after'>,
): Promise<void> {
  const id = hash(JSON.stringify([actor, key, done.action, done.subject, done.after]));
  return audit.append([{ ...done, id, at: clock.now(), actor, reason, requestId }]);
}
