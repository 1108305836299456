import { decideReceipt, deferReceipt, findReceipt } from '../../domain/payment/follow-receipt.ts';
import { type About, changeSubscriber } from '../change/change-subscriber.ts';
import { readSubscriber } from '../change/read-subscriber.ts';
import type { CoreServices } from '../services/core-services.ts';

/**
 * Reads the payment or refund whose receipt is followed. Without a free call slot it is read some minutes later: only the earliest timer
 * of a subscriber is announced, and one that stayed due would hold up their renewal.
 */
export async function checkReceipt(services: CoreServices, about: About, id: string): Promise<void> {
  const { state, context } = await readSubscriber(services, about.userId);
  const receipt = findReceipt(state, id);
  if (receipt === null || receipt.nextReadAt > context.now) return;
  const slot = services.provider.acquireSlot();
  if (slot === null) {
    await changeSubscriber(services, about, (present, now) => deferReceipt(present, id, now));
    return;
  }
  try {
    const { kind, providerObjectId } = receipt;
    const found = await services.provider.read(kind, providerObjectId, about.trace.correlationId);
    await changeSubscriber(services, about, (present, now) => decideReceipt(present, id, found, now));
  } finally {
    slot.release();
  }
}
