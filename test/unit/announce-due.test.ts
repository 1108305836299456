import { expect, test } from '@jest/globals';
import { announceDue } from '../../src/application/jobs/announce-due.ts';
import type { OutMessage } from '../../src/application/ports/outbox.ts';
import type { DueSubscriber } from '../../src/application/ports/subscriber-store.ts';
import { defaultPolicy } from '../../src/domain/model/policy.ts';
import { createTestSystem } from '../support/test-system.ts';

/** So many renewals due at one instant, and a store that returns those without a claim. */
function renewalsDue(
  count: number,
  changed: (announce: DueSubscriber['announce'], index: number) => unknown = (one) => one,
) {
  const system = createTestSystem();
  const at = system.clock.now() - defaultPolicy.clockSkewMs;
  const timer = { type: 'subscription.renewal_due', periodIndex: 1, attemptNo: 1 } as const;
  const waiting: DueSubscriber[] = Array.from({ length: count }, (_, index) => ({
    userId: `11111111-1111-4111-8111-${String(index).padStart(12, '0')}`,
    ...{ testClockId: null, claimKey: '' },
    announce: changed(
      { business: { at, timer: { ...timer, subscriptionId: `s-${index}` } }, real: null, notBefore: null, tries: 0 },
      index,
    ) as DueSubscriber['announce'],
  }));
  let unclaimed = waiting;
  let counted = 0;
  const published: OutMessage[] = [];
  const services = {
    ...system.services,
    publisher: {
      publish: (messages: readonly OutMessage[]) => {
        published.push(...messages);
        return Promise.resolve();
      },
    },
    store: {
      ...system.services.store,
      findDue: ({ limit }: { readonly limit: number }) => Promise.resolve(unclaimed.slice(0, limit)),
      claimDue: (claims: readonly unknown[]) => {
        unclaimed = unclaimed.slice(claims.length);
        return Promise.resolve(claims.map(() => true));
      },
      countTries: (tried: readonly unknown[]) => {
        counted += tried.length;
        return Promise.resolve();
      },
    },
  };
  const keys = () => new Set(published.map(({ key }) => key));
  return { services, keys, counted: () => counted, errorLines: system.errorLines };
}

test('all renewals that fall due at once are announced in one run, each once', async () => {
  const { services, keys } = renewalsDue(1_207);
  expect(await announceDue(services, ['subscription.renewal_due'])).toEqual({ found: 1_207, announced: 1_207 });
  expect(keys().size).toBe(1_207);
});

test('a run ends even when more is due than it may announce, and the next one goes on', async () => {
  const { services, keys } = renewalsDue(10_050);
  expect(await announceDue(services, ['subscription.renewal_due'])).toEqual({ found: 10_000, announced: 10_000 });
  expect(await announceDue(services, ['subscription.renewal_due'])).toEqual({ found: 50, announced: 50 });
  expect(keys().size).toBe(10_050);
});

test('a timer that a newer version has saved beside a known one holds up no one, its own user included', async () => {
  const unknown = { at: 0, timer: { type: 'subscription.pause_due', subjectId: 'x' } };
  const { services, keys, errorLines } = renewalsDue(3, (one, index) =>
    index === 1 ? { ...one, real: unknown } : one,
  );
  expect(await announceDue(services, ['subscription.renewal_due'])).toEqual({ found: 3, announced: 3 });
  expect([keys().size, errorLines()]).toEqual([3, []]);
});

test('a timer that cannot be announced holds up no other user: it is an error line, and is tried with growing pauses', async () => {
  const broken = ({ business, ...one }: DueSubscriber['announce']) => ({
    ...one,
    business: business === null ? null : { ...business, timer: { ...business.timer, attemptNo: 0.5 } },
  });
  const { services, keys, counted, errorLines } = renewalsDue(3, (one, index) => (index === 1 ? broken(one) : one));
  expect(await announceDue(services, ['subscription.renewal_due'])).toEqual({ found: 3, announced: 2 });
  expect([keys().size, counted()]).toEqual([2, 3]);
  expect(errorLines()).toMatchObject([
    { message: 'a timer cannot be announced', fields: { userId: '11111111-1111-4111-8111-000000000001' } },
  ]);
});
