import type { Instant } from '../model/instant.ts';
import type { Subject } from '../model/effect.ts';
import { type Operation, operationsOf } from '../payment/operation.ts';
import type { TimerAt, TimerDefinition } from './definition.ts';

type StatusCheckDue = {
  readonly type: 'payment.status_check_due';
  readonly subject: Subject['kind'];
  readonly subjectId: string;
  readonly dueAt: Instant;
};

const checkAt = ({ kind, entry }: Operation, at: Instant | null): readonly TimerAt<StatusCheckDue>[] =>
  at === null
    ? []
    : [{ at, timer: { type: 'payment.status_check_due', subject: kind, subjectId: entry.id, dueAt: at } }];

/** `payment.status_check_due`: the provider is asked what became of an operation, or a failed refund is repeated. */
export const statusCheckDue: TimerDefinition<StatusCheckDue> = {
  id: ({ subjectId, dueAt }) => `status-check-due:${subjectId}:${dueAt}`,
  dues: (state) => {
    const operations = operationsOf(state);
    return {
      business: operations.flatMap((operation) => [
        ...checkAt(operation, operation.entry.send.nextCheckAt),
        ...(operation.kind === 'refund' ? checkAt(operation, operation.entry.retryAt) : []),
      ]),
      real: operations.flatMap((operation) => checkAt(operation, operation.entry.send.nextCheckRealAt)),
    };
  },
  subjectOf: ({ subject, subjectId }) => ({ kind: subject, id: subjectId }),
};
