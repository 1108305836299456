import type { SubscriberSave } from '../../../src/application/ports/subscriber-store.ts';
import { secondMs } from '../../../src/domain/model/instant.ts';
import type { World } from '../world/world.ts';

type Message = NonNullable<SubscriberSave['entry']>['messages'][number];

/** Each instant that changes something, with the fact that says that it has come. */
const facts = {
  'a purchase': 'subscription-created',
  'a page that expires': 'subscription-activation-expired',
  'an activation': 'subscription-activated',
  'a renewal': 'subscription-renewed',
  'a fall past due': 'subscription-past-due',
  'an expiry': 'subscription-expired',
  'a cancel at once': 'subscription-canceled',
  'a cancel at the end': 'subscription-cancel-scheduled',
  'an uncancel': 'subscription-cancel-undone',
  'a renewal that is stopped': 'subscription-renewal-stopped',
  'a step of the ladder': 'dunning-retry-scheduled',
  'the end of the ladder': 'dunning-exhausted',
  'a notice of a renewal': 'notice-renewal-upcoming',
  'a notice of a retry': 'notice-retry-upcoming',
  'a notice of the end of a grace': 'notice-grace-ending',
  'a notice of an end': 'notice-ending',
  'a notice that a contact is missing': 'notice-contact-missing',
} as const;

function isCharge({ schema, value }: Message, isMeant: (attemptNo: number) => boolean): boolean {
  const payment = value?.['payment'] as { readonly kind: string; readonly attemptNo: number } | undefined;
  return schema.startsWith('payment-created.') && payment?.kind === 'charge' && isMeant(payment.attemptNo);
}

const moments: Readonly<Record<string, (message: Message) => boolean>> = {
  ...Object.fromEntries(
    Object.entries(facts).map(([name, type]) => [name, ({ schema }: Message) => schema.startsWith(`${type}.`)]),
  ),
  'the first charge of a period': (message) => isCharge(message, (attemptNo) => attemptNo === 1),
  'a further charge of a period': (message) => isCharge(message, (attemptNo) => attemptNo > 1),
  'an end of access': ({ schema, value }) => schema.startsWith('entitlement-changed.') && value?.['active'] === false,
};

const aheadMs = 90 * secondMs;
const nameOf = (moment: string): string => `${moment} at a clock that is 90 s ahead`;

export const aheadNames: readonly string[] = Object.keys(moments).map(nameOf);

/** Counts each instant of which a process decided whose clock is ahead. */
export function countAhead(world: World, { entry }: Pick<SubscriberSave, 'entry'>): void {
  if (entry === null || entry.at - world.scheduler.now() < aheadMs) return;
  for (const [moment, isMet] of Object.entries(moments))
    if (entry.messages.some(isMet)) world.visit('race', nameOf(moment));
}
