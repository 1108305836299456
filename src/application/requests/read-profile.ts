import { entitlementOf } from '../../domain/subscription/access.ts';
import type { Policy } from '../../domain/model/policy.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import type { LiveSubscription } from '../../domain/model/subscription.ts';
import { isHiddenWithoutAccess, isShown } from '../../domain/model/subscription-questions.ts';
import type { Catalogue, CatalogueTariff } from '../ports/catalogue.ts';
import type { SubscriberStore } from '../ports/subscriber-store.ts';
import { subscriberNow, type SubscriberTimeServices } from '../services/subscriber-now.ts';

export type ReadProfileServices = SubscriberTimeServices & {
  readonly store: Pick<SubscriberStore, 'load'>;
  readonly catalogue: Pick<Catalogue, 'listTariffs'>;
  readonly policy: Policy;
};

export type Profile = {
  readonly userId: string;
  readonly subscription: LiveSubscription;
  /** The tariff in the catalogue today, for fields that the pinned copy lacks; null when it is not sold any more. */
  readonly listed: CatalogueTariff | null;
};

/** The tariff of a subscription as it is sold today. */
export async function listedOf(
  { listTariffs }: Pick<Catalogue, 'listTariffs'>,
  { tariff }: Pick<LiveSubscription, 'tariff'>,
): Promise<CatalogueTariff | null> {
  return (await listTariffs()).find(({ id }) => id === tariff.id) ?? null;
}

/**
 * The current subscription, by the rule of the v1 API that existing clients use: paid for and not over.
 * 1. One that is past due is shown also without access: the subscriber must see what they can pay for.
 * 2. One that is over is not shown, also in the seconds before its expiry is decided.
 */
export async function profileOf(services: ReadProfileServices, subscriber: Subscriber): Promise<Profile | null> {
  const { subscription, userId } = subscriber;
  if (!isShown(subscription)) return null;
  const now = await subscriberNow(services, subscriber.testClockId);
  if (isHiddenWithoutAccess(subscription) && !entitlementOf(subscription, now, services.policy).active) return null;
  return { userId, subscription, listed: await listedOf(services.catalogue, subscription) };
}

/** `onFound` is called with the subscriber that was found. */
export async function readProfile(
  services: ReadProfileServices,
  userId: string,
  onFound: (subscriber: Subscriber) => void,
): Promise<Profile | null> {
  const stored = await services.store.load(userId);
  if (stored === null) return null;
  onFound(stored.subscriber);
  return profileOf(services, stored.subscriber);
}
