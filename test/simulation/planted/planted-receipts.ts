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
    name: 'a charge whose contact was taken back',
    file: 'src/domain/subscription/receipt-contact.ts',
    text: 'policy.receipts !== null && usableContact(state, policy) === null;',
    instead: 'policy.receipts !== null && state.personalKey === null;',
  },
];
