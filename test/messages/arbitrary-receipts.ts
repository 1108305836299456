import fc from 'fast-check';
import { id, instant, orNull, secret } from './arbitrary-scalars.ts';

export const receiptContact = fc.record({
  ...{ kind: fc.constantFrom('email', 'phone'), sealed: fc.constant(secret) },
  ...{ masked: fc.constant('i***@c***.example'), since: instant },
});
export const failure = fc.constantFrom('canceled', 'late', 'not_followed');
export const followed = fc.record({
  ...{ kind: fc.constantFrom('payment', 'refund'), id, paymentId: id, subscriptionId: id, providerObjectId: id },
  ...{ vatCode: fc.integer({ min: 1, max: 12 }), since: instant, nextReadAt: instant, failed: orNull(failure) },
});
