import type { CheckResult } from '../../domain/model/provider.ts';
import type { FollowedReceipt } from '../../domain/model/receipt.ts';
import { decideReceipt, findReceipt } from '../../domain/payment/follow-receipt.ts';
import { noShare } from '../ports/payment-provider.ts';
import { type About, changeSubscriber } from '../change/change-subscriber.ts';
import { readSubscriber } from '../change/read-subscriber.ts';
import type { CoreServices } from '../services/core-services.ts';

/**
 * Reads the payment or refund whose receipt is followed. Without a free call slot it is read later, as without an answer: only the
 * earliest timer of a subscriber is announced, and one that stayed due would hold up their renewal.
 */
export async function checkReceipt(services: CoreServices, about: About, id: string): Promise<void> {
  const { state, context } = await readSubscriber(services, about.userId);
  const receipt = findReceipt(state, id);
  if (receipt === null || receipt.nextReadAt > context.now) return;
  const found = await readReceipt(services, about, receipt);
  await changeSubscriber(services, about, (present, now) => decideReceipt(present, id, found, now));
}

async function readReceipt(
  { provider }: CoreServices,
  { trace }: About,
  { kind, providerObjectId }: FollowedReceipt,
): Promise<CheckResult> {
  const slot = provider.acquireSlot();
  if (slot === null) return { kind: 'unavailable', reason: noShare };
  try {
    return await provider.read(kind, providerObjectId, trace.correlationId);
  } finally {
    slot.release();
  }
}
