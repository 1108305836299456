import type { World } from '../world/world.ts';
import { dayMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { Entry, PaymentEntry } from './provider-ledger.ts';

/** The receipt of a request. */
export type AskedReceipt = {
  readonly customer?: { readonly email?: string };
  readonly internet?: boolean;
  readonly items?: readonly { readonly amount: { readonly value: string }; readonly vat_code: number }[];
};

type Asked = {
  readonly userId: string | null;
  readonly amountMinor: number;
  readonly receipt: AskedReceipt | undefined;
};

const minorOf = (value: string): number => Math.round(Number(value) * 100);

const isLegal = ({ receipt, amountMinor }: Asked): boolean =>
  receipt?.customer?.email !== undefined &&
  receipt.internet === true &&
  receipt.items?.length === 1 &&
  minorOf(receipt.items[0]?.amount.value ?? '') === amountMinor;

/** The VAT code of the receipt that a request asks for; null where it asks for none. */
export const vatCodeOf = (receipt: AskedReceipt | undefined): number | null => receipt?.items?.[0]?.vat_code ?? null;

/** The cash register behind the provider: it refuses a payment, or a refund of a part, without a legal receipt. */
export function createRegister(world: World) {
  const { receipts, random, scheduler } = world;
  /** By payment. */
  const refusesRefundsOf = new Set<string>();
  return {
    /** The receipt of each refund of this payment fails. */
    refuseRefundsOf: (paymentId: string): void => void refusesRefundsOf.add(paymentId),
    /** The money has moved: the receipt is registered after a while, or it fails. */
    open: (entry: Entry): void => {
      if (receipts === null) return;
      const at = scheduler.now() + Math.ceil(random.spread(secondMs, 5 * dayMs));
      const fails = random.chance(0.05) || (entry.object === 'refund' && refusesRefundsOf.has(entry.paymentId));
      entry.registration = { at, end: fails ? 'canceled' : 'succeeded' };
    },
    /** 31: every payment has a receipt where receipts are made. */
    takesPayment: (asked: Asked): boolean => {
      if (receipts === null || isLegal(asked)) return true;
      world.breach('31: no payment without a receipt', asked.userId, asked);
      return false;
    },
    /** 31: the refund of a part has a receipt with the VAT code of its payment; that of the whole repeats it. */
    takesRefund: (asked: Asked, payment: PaymentEntry): boolean => {
      if (receipts === null) return true;
      if (asked.receipt === undefined && asked.amountMinor === payment.amountMinor) return true;
      if (isLegal(asked) && vatCodeOf(asked.receipt) === payment.vatCode) return true;
      world.breach('31: the receipt of a refund has the VAT code of its payment', asked.userId, {
        ...{ asked, vatCode: payment.vatCode },
      });
      return false;
    },
  };
}
