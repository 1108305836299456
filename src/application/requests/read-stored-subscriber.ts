import type { NextDue } from '../../domain/timers/index.ts';
import { type BlockedKeys, commandGroup } from '../ports/blocked-keys.ts';
import type { SubscriberStore } from '../ports/subscriber-store.ts';
import { type ShownSubscriber, shownSubscriber } from '../services/shown-subscriber.ts';

/** All that is stored of a subscriber, for staff. */
export type StoredForStaff = {
  readonly userId: string;
  readonly version: number;
  readonly state: ShownSubscriber;
  readonly nextDue: NextDue;
  /** Saves that are not published yet. */
  readonly outboxLength: number;
  /** Whether a command of theirs fails again and again, so that all later ones wait. */
  readonly isBlocked: boolean;
};

export async function readStoredSubscriber(
  {
    store,
    blockedKeys,
  }: {
    readonly store: Pick<SubscriberStore, 'load'>;
    readonly blockedKeys: Pick<BlockedKeys, 'isBlocked'>;
  },
  userId: string,
): Promise<StoredForStaff | null> {
  const [stored, isBlocked] = await Promise.all([store.load(userId), blockedKeys.isBlocked(commandGroup, userId)]);
  if (stored === null) return null;
  const { subscriber, version, outbox, announce } = stored;
  const nextDue = { business: announce.business, real: announce.real };
  return { userId, version, state: shownSubscriber(subscriber), nextDue, outboxLength: outbox.length, isBlocked };
}
