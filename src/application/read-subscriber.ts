import type { Context } from '../domain/model/context.ts';
import type { ProviderRequest } from '../domain/model/provider.ts';
import { newSubscriber, type Subscriber } from '../domain/model/subscriber.ts';
import type { CoreServices } from './core-services.ts';
import type { StoredSubscriber } from './ports/subscriber-store.ts';
import { subscriberNow } from './subscriber-now.ts';

export type Saved = Pick<StoredSubscriber, 'subscriber' | 'version' | 'outbox'>;

async function contextOf(services: CoreServices, testClockId: string | null): Promise<Context> {
  const { policy, ids, cipher, provider, shop, clock } = services;
  const testClocks = services.testClocks?.clocks ?? null;
  return {
    now: await subscriberNow({ clock, testClocks }, testClockId),
    realNow: clock.now(),
    policy,
    ids,
    shop,
    seal: (providerRequest: ProviderRequest) => cipher.seal(new TextEncoder().encode(provider.freeze(providerRequest))),
  };
}

/** A subscriber as a rule sees them. `saved`: the document as loaded; null when there is none. */
export type Read = { readonly saved: Saved | null; readonly state: Subscriber; readonly context: Context };

export type ReadOptions = {
  /** The clock that a first purchase asks for, before the subscriber is bound to it. */
  readonly testClockId?: string | null;
  /** Spares the load. */
  readonly known?: Saved | null;
};

/** The subscriber and their time, for a decision or for a rule that only reads. */
export async function readSubscriber(
  services: CoreServices,
  userId: string,
  { known = null, testClockId = null }: ReadOptions = {},
): Promise<Read> {
  const saved = known ?? (await services.store.load(userId));
  const state = saved?.subscriber ?? newSubscriber(userId);
  // A clock asked for counts only where the purchase may still be bound to it.
  const asked = state.subscription === null ? testClockId : null;
  return { saved, state, context: await contextOf(services, state.testClockId ?? asked) };
}
