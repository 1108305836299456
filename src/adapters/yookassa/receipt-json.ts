import type { Customer } from '../../application/ports/payment-provider.ts';
import type { Money } from '../../domain/model/money.ts';
import type { WantedReceipt } from '../../domain/model/receipt.ts';
import { amountOf, type Json, truncate } from './canonical-json.ts';

/** The longest description of an item that a register takes. */
const descriptionMax = 128;

type Asked = { readonly amount: Money; readonly receipt?: WantedReceipt };

/**
 * The receipt of a payment or refund: one service, once, for the whole amount, sold over the internet. A receipt without a
 * customer is a bug of ours, and must not become a charge without a receipt.
 */
export function receiptJson({ amount, receipt }: Asked, customer?: Customer): Json | undefined {
  if (receipt === undefined) return undefined;
  if (customer === undefined) throw new Error('A receipt has no customer');
  const { vatCode, taxSystem, paymentMode, description } = receipt;
  return {
    customer: { [customer.kind]: customer.value },
    internet: true,
    items: [
      {
        amount: amountOf(amount),
        description: truncate(description, descriptionMax),
        measure: 'piece',
        payment_mode: paymentMode,
        payment_subject: 'service',
        quantity: 1,
        vat_code: vatCode,
      },
    ],
    tax_system_code: taxSystem ?? undefined,
  };
}
