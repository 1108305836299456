import type { Money } from './money.ts';

/** How our books and the provider's differ about one object, and what is done (docs/domain.md, "Reconciliation"). */
export const differenceActions = {
  not_succeeded_there: 'hold',
  late_success: 'refund',
  foreign: 'list',
  unknown_here: 'alert',
  cabinet_refund: 'adopt',
  amount_differs: 'hold',
  paid_twice: 'refund',
  not_applied: 'apply',
  absent_there: 'alert',
} as const satisfies Readonly<Record<string, 'hold' | 'refund' | 'list' | 'alert' | 'adopt' | 'apply'>>;

export type DifferenceKind = keyof typeof differenceActions;

/** One side of a difference: the state there, and the amount. */
export type BookedSide = { readonly state: string; readonly amount: Money };

export type Difference = {
  readonly kind: DifferenceKind;
  /** The provider's object. */
  readonly subject: { readonly object: 'payment' | 'refund'; readonly id: string };
  /** Null where one side knows nothing of it. */
  readonly ours: BookedSide | null;
  readonly theirs: BookedSide | null;
};
