import type { Binding } from '../../../src/domain/model/binding.ts';
import type { Payment, Refund } from '../../../src/domain/model/payment.ts';
import type { SendRecord } from '../../../src/domain/model/send-record.ts';
import { clearIn } from '../world/key-rings.ts';
import type { PublishedAccess } from '../../support/published-access.ts';
import type { Entry, PaymentEntry } from '../provider/provider-ledger.ts';

/** One idempotency key as it was saved, and the requests that were really sent with it. */
export type Operation = {
  readonly userId: string;
  readonly request: string;
  readonly paymentId: string;
  readonly kind: Payment['kind'] | 'refund' | 'binding';
  readonly subscriptionId: string;
  readonly periodKey: string;
  readonly amountMinor: number;
  /** Of a refund: its number among those of its payment. */
  readonly refundNo?: number;
  sends: number;
  /** Reservations that a restored document has forgotten. */
  forgotten: number;
  /** The restored document does not have it, and has not opened it again. */
  isForgotten?: boolean;
  posts: number;
  firstPostAt: number | null;
  /** By the clock of the process that made the reservation. */
  reservedAt: number | null;
};

export type HandledCancel = {
  readonly commandId: string;
  readonly subscriptionId: string;
  readonly mode: string;
  readonly acceptedAt: number;
  /** When the API accepted the command that took the cancel back, or a page that did so was paid; null when none did. */
  undoneAt: number | null;
  /** The uncancel that took it back. */
  undoneBy?: string;
};

/** A card that a fact says was unlinked. */
export type Unlink = {
  readonly userId: string;
  readonly card: string;
  readonly commandId: string | null;
  /** When it was saved first, also before a restore, and when the API had accepted the command. */
  readonly at: number;
  readonly acceptedAt: number;
  /** The ids of what the document held then: methods, and pages that were open. */
  readonly held: ReadonlySet<string>;
};

/** A period that a fact says was paid, by the second calendar. */
export type PaidPeriod = {
  readonly userId: string;
  readonly subscriptionId: string;
  readonly paymentId: string;
  readonly from: number;
  readonly end: number;
  /** The subscriber paid for it before it began. */
  readonly isEarly: boolean;
};

/** A notice of a charge as its fact says it, and when it was saved. */
export type SeenNotice = {
  readonly at: number;
  readonly type: string;
  readonly chargeAt: number;
  readonly amountMinor: number;
};

/** What an observer knows. It never uses the present state of the documents. */
export type Witness = {
  readonly operations: Map<string, Operation>;
  /** Keys whose operation was saved as declined or as never carried out. */
  readonly closedKeys: Set<string>;
  readonly terminal: Map<string, string>;
  readonly ended: Map<string, string>;
  /** `subscription period` that was the current one in some saved document. */
  readonly granted: Set<string>;
  /** Payments that staff have resolved: their word counts where the provider's contradicts itself. */
  readonly byHand: Set<string>;
  /** Keys of refunds that staff ordered. */
  readonly byStaff: Set<string>;
  /** Users whose chargeback stops all charges. */
  readonly chargedBack: Set<string>;
  /** When each user's pages of the last day were opened, and under which keys. */
  readonly pagesOpened: Map<string, readonly { readonly at: number; readonly key: string }[]>;
  readonly cancels: HandledCancel[];
  /** By subscription: when the API accepted the order that began it. */
  readonly orderedAt: Map<string, number>;
  /** By command: how many cancels had been handled before an uncancel. It takes back none that came later. */
  readonly uncancels: Map<string, number>;
  readonly pinnedMinor: Map<string, number>;
  /** By cancel: when it was taken back, and by which uncancel where it was one, before a restore that has forgotten it. */
  readonly forgottenUncancels: Map<string, { readonly at: number; readonly by?: string | undefined }>;
  /** What the service has said of refunds of the provider's cabinet, by the provider's id: how many facts. */
  readonly adopted: Map<string, number>;
  readonly published: Map<string, Set<number>>;
  readonly lastPublished: Map<string, number>;
  /** By user, oldest first. */
  readonly access: Map<string, PublishedAccess[]>;
  readonly paidPeriods: PaidPeriod[];
  readonly unlinks: Unlink[];
  /** By command, of unlinks that a restored document has forgotten: when each was saved. */
  readonly forgottenUnlinks: Map<string, number>;
  /** By the id that a charge names. */
  readonly notices: Map<string, SeenNotice>;
  /** By charge: the notice that it named when it was made first, also before a restore; null for none. */
  readonly noticeOf: Map<string, string | null>;
  /** By payment: what facts said goes back, by the number of our refund or the provider's id of one of the cabinet. */
  readonly promised: Map<string, ReadonlyMap<string, number>>;
  /** By subscription: when a fact said that it had ended. */
  readonly endedAt: Map<string, number>;
  /** The same, of ends that a restored document has forgotten: where it ends again, it ended then. */
  readonly forgottenEnds: Map<string, number>;
  /** What alarms are about: objects of the provider, commands, operations. */
  readonly named: Set<string>;
  /** Saved alarms whose process knows of its save, by rule and subject. A restored database does not undo that a person was called. */
  readonly alarms: Map<string, { readonly userId: string; readonly count: number }>;
  /** Commands that had been carried out when the database went back. */
  readonly done: Set<string>;
  /** When the database went back; null where it did not. */
  wentBackAt: number | null;
  /** Notices that a restored document has forgotten. Subscribers have them, so charges may name them. */
  readonly forgottenNotices: Map<string, SeenNotice>;
  /** By user, since their document went back: what it counts events from. */
  readonly epochs: Map<string, Epoch>;
};

/** The last number of the restored document; the one below the first number since, null before there is one. */
export type Epoch = { readonly restoredSeq: number; base: number | null };

export const createWitness = (): Witness => ({
  operations: new Map(),
  closedKeys: new Set(),
  terminal: new Map(),
  ended: new Map(),
  granted: new Set(),
  byHand: new Set(),
  byStaff: new Set(),
  chargedBack: new Set(),
  pagesOpened: new Map(),
  cancels: [],
  orderedAt: new Map(),
  uncancels: new Map(),
  forgottenUncancels: new Map(),
  pinnedMinor: new Map(),
  adopted: new Map(),
  published: new Map(),
  lastPublished: new Map(),
  access: new Map(),
  paidPeriods: [],
  unlinks: [],
  forgottenUnlinks: new Map(),
  notices: new Map(),
  noticeOf: new Map(),
  promised: new Map(),
  endedAt: new Map(),
  forgottenEnds: new Map(),
  named: new Set(),
  alarms: new Map(),
  done: new Set(),
  wentBackAt: null,
  forgottenNotices: new Map(),
  epochs: new Map(),
});

const isRefund = (subject: Payment | Refund): subject is Refund => 'providerRefundId' in subject;

/** Records a payment or refund of a saved document under its key. Returns what was known of the key before. */
export function note(
  witness: Witness,
  userId: string,
  subject: Payment | Refund,
): { before: SendRecord | null; operation: Operation } {
  const { send } = subject;
  if (isRefund(subject) && subject.reason === 'staff') witness.byStaff.add(send.idempotenceKey);
  const known = witness.operations.get(send.idempotenceKey);
  const operation = known ?? {
    ...{ userId, request: clearIn(send.request), paymentId: isRefund(subject) ? subject.paymentId : subject.id },
    ...{ kind: isRefund(subject) ? ('refund' as const) : subject.kind, subscriptionId: subject.subscriptionId },
    ...{ periodKey: isRefund(subject) ? 'refund' : subject.periodKey, amountMinor: subject.amount.amountMinor },
    ...(isRefund(subject) ? { refundNo: subject.refundNo ?? 1 } : {}),
    ...{ sends: 0, forgotten: 0, posts: 0, firstPostAt: null, reservedAt: null },
  };
  const remembered = operation.sends - operation.forgotten;
  const before = known === undefined ? null : { ...send, request: operation.request, sends: remembered };
  operation.sends = Math.max(operation.sends, operation.forgotten + send.sends);
  operation.isForgotten = false;
  operation.reservedAt = send.reservedAt ?? operation.reservedAt;
  witness.operations.set(send.idempotenceKey, operation);
  return { before, operation };
}

/** Records a binding of a saved document under its key. */
export function noteBinding({ operations }: Witness, userId: string, { id, send }: Binding): Operation {
  const operation = operations.get(send.idempotenceKey) ?? {
    ...{
      userId,
      request: clearIn(send.request),
      paymentId: id,
      kind: 'binding' as const,
      subscriptionId: '',
      periodKey: 'none',
    },
    ...{ amountMinor: 0, sends: 0, forgotten: 0, posts: 0, firstPostAt: null, reservedAt: null },
  };
  operation.sends = Math.max(operation.sends, operation.forgotten + send.sends);
  operations.set(send.idempotenceKey, operation);
  return operation;
}

/** The provider's payments for one period of one subscription. */
export function paymentsFor(
  witness: Witness,
  entries: Iterable<Entry>,
  subscriptionId: string,
  periodKey: string,
): readonly Extract<Entry, { object: 'payment' }>[] {
  const found: Extract<Entry, { object: 'payment' }>[] = [];
  for (const entry of entries) {
    if (entry.object !== 'payment') continue;
    const operation = witness.operations.get(entry.key);
    if (operation?.subscriptionId === subscriptionId && operation.periodKey === periodKey) found.push(entry);
  }
  return found;
}

/** The provider shows the amount that was requested, or a member of staff has decided that the payment counts. */
export const isBelieved = ({ byHand, operations }: Witness, { key, wrongMinor }: PaymentEntry): boolean =>
  wrongMinor === null || byHand.has(operations.get(key)?.paymentId ?? '');
