import type { Context } from '../../domain/model/context.ts';
import type { ProviderRequest } from '../../domain/model/provider.ts';
import { newSubscriber, type Subscriber } from '../../domain/model/subscriber.ts';
import { requestOf } from '../ports/cipher.ts';
import { customerOf, keepContact } from '../services/receipt-contacts.ts';
import type { CoreServices } from '../services/core-services.ts';
import type { StoredSubscriber } from '../ports/subscriber-store.ts';
import { subscriberNow } from '../services/subscriber-now.ts';

export type Saved = Pick<StoredSubscriber, 'subscriber' | 'version' | 'outbox'>;

async function contextOf(services: CoreServices, userId: string, testClockId: string | null): Promise<Context> {
  const { policy, ids, epoch, cipher, provider, shop, clock } = services;
  const testClocks = services.testClocks?.clocks ?? null;
  return {
    now: await subscriberNow({ clock, testClocks }, testClockId),
    realNow: clock.now(),
    epoch: epoch(),
    policy,
    ids,
    shop,
    keepContact: (given, personalKey) => keepContact(services, given, { userId, personalKey }),
    seal: (providerRequest: ProviderRequest) =>
      cipher.seal(
        new TextEncoder().encode(provider.freeze(providerRequest, customerOf(services, userId, providerRequest))),
        requestOf(userId),
      ),
  };
}

/** The input of a rule. `saved`: the document as loaded; null when there is none. */
export type Read = { readonly saved: Saved | null; readonly state: Subscriber; readonly context: Context };

export type ReadOptions = {
  /** The test clock that a first purchase names, before the subscriber is bound to it. */
  readonly testClockId?: string | null;
  /** A document that the caller has just saved; it is not loaded again. */
  readonly known?: Saved | null;
};

/** Reads a subscriber with their time, for a decision or for a rule that only reads. */
export async function readSubscriber(
  services: CoreServices,
  userId: string,
  { known = null, testClockId = null }: ReadOptions = {},
): Promise<Read> {
  const saved = known ?? (await services.store.load(userId));
  const state = saved?.subscriber ?? newSubscriber(userId);
  // The named clock counts only where the purchase may still bind the subscriber to it.
  const asked = state.subscription === null ? testClockId : null;
  return { saved, state, context: await contextOf(services, userId, state.testClockId ?? asked) };
}
