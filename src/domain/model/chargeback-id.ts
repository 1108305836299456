/** Under which name the document and the read models keep the chargeback of a payment, among its refunds. */
export const chargebackId = (paymentId: string): string => `chargeback:${paymentId}`;
