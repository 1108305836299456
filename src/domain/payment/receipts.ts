import type { Context } from '../model/context.ts';
import type { Instant } from '../model/instant.ts';
import type { CapturedPayment, Refund } from '../model/payment.ts';
import type { Receipt, ReceiptRules, ReceiptTerms, WantedReceipt } from '../model/receipt.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { usableContact } from '../subscription/receipt-contact.ts';

function termsAt({ vatCodes, taxSystem, paymentMode }: ReceiptRules, at: Instant): ReceiptTerms {
  const { code: vatCode } = vatCodes.findLast(({ from }) => from <= at) ?? vatCodes[0] ?? { code: 1 };
  return { vatCode, taxSystem, paymentMode };
}

/** The receipt of a payment that is made now, at the VAT rate of today; null where no receipts are made. */
export function receiptOf(state: Subscriber, { now, policy }: Context): Receipt | null {
  const { receipts } = policy;
  const contact = usableContact(state, policy);
  return receipts === null || contact === null ? null : { ...termsAt(receipts, now), contact };
}

type Refunded = Pick<Refund, 'paymentId' | 'receipt'>;

const captureOf = ({ captures }: Subscriber, { paymentId }: Refunded): CapturedPayment | undefined =>
  captures.find((capture) => capture.paymentId === paymentId);

/**
 * The receipt of a refund, at the VAT rate of its payment, whatever today's is. It is sent to the present contact or, where
 * that was taken back, to the one of the payment. Null where neither has one.
 */
export function receiptOfRefund(state: Subscriber, refund: Refunded, context: Context): Receipt | null {
  const { policy } = context;
  const { receipts } = policy;
  const capture = captureOf(state, refund);
  const made = refund.receipt ?? capture?.receipt ?? null;
  const contact = usableContact(state, policy) ?? made?.contact ?? null;
  if (contact === null) return null;
  if (made !== null) return { ...made, contact };
  // Paid before receipts were made.
  return receipts === null || capture === undefined ? null : { ...termsAt(receipts, capture.reservedAt), contact };
}

/** Whether the refund gives back all of its payment: the provider then repeats the receipt of the payment. */
export const isWhole = (state: Subscriber, refund: Refunded & Pick<Refund, 'amount'>): boolean =>
  captureOf(state, refund)?.capturedMinor === refund.amount.amountMinor;

/** The part of a provider request that asks for the receipt; nothing where there is none. */
export function wanted(
  { personalKey }: Subscriber,
  receipt: Receipt | null,
  description: string,
): { readonly receipt?: WantedReceipt } {
  const contact = receipt?.contact;
  if (receipt === null || contact === undefined || personalKey === null) return {};
  return { receipt: { ...receipt, contact, personalKey, description } };
}

/** Whether both receipts would say the same and be sent to the same contact. */
export const sameReceipt = (one: Receipt | null, other: Receipt | null): boolean =>
  one?.vatCode === other?.vatCode && one?.contact?.sealed === other?.contact?.sealed;
