import type { PlantedBug } from './planted-bug.ts';

/** Mistakes about receipts and their contact. */
export const plantedReceipts: readonly PlantedBug[] = [
  {
    name: 'a refund at the VAT rate of today',
    file: 'src/domain/payment/receipts.ts',
    text: '  if (made !== null) return { ...made, contact };',
    instead: '  if (made !== null && receipts !== null) return { ...termsAt(receipts, context.now), contact };',
  },
  {
    name: 'a receipt said to be registered while it waits',
    file: 'src/domain/payment/follow-receipt.ts',
    text: "  if (registration === 'succeeded') return",
    instead: "  if (registration !== 'canceled') return",
  },
  {
    name: 'a receipt forgotten while it waits',
    file: 'src/domain/payment/follow-receipt.ts',
    text: 'closed: ageMs >= policy.receiptFollowedMs });',
    instead: 'closed: ageMs >= policy.receiptFollowedMs / 100 });',
  },
  {
    name: 'a charge whose contact was taken back',
    file: 'src/domain/subscription/receipt-contact.ts',
    text: 'policy.receipts !== null && usableContact(state, policy) === null;',
    instead: 'policy.receipts !== null && state.personalKey === null;',
  },
  {
    name: 'a receipt contact kept in clear',
    file: 'src/application/services/receipt-contacts.ts',
    text: '    sealed: userCiphers.under(key).seal(bytesOf(clear), about),',
    instead: '    sealed: clear,',
  },
];
