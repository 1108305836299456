import { describe, expect, test } from '@jest/globals';
import { reconcileWindow } from '../../../src/application/reconciliation/reconcile-window.ts';
import { dayMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { youngMs } from '../../../src/domain/reconciliation/compare-payment.ts';
import { createReconciledActive } from '../../support/reconciled-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

describe('a subscriber whose facts are not published yet', () => {
  /** A refund of the cabinet, and a save since whose facts Kafka did not take. */
  async function unpublished() {
    const { system, books, paid } = await createReconciledActive(user);
    books.refundInCabinet(paid, 10_000);
    system.clock.advance(10 * minuteMs);
    system.breakBroker(true);
    await system.cancel(user, 'period_end');
    const window = { from: system.clock.now() - dayMs, to: system.clock.now() - youngMs };
    return { system, books, window };
  }

  test('is compared at the end by a person, once that is possible', async () => {
    const { system, books, window } = await unpublished();
    const { services } = books;
    let waits = 0;
    const wait = async (): Promise<void> => {
      system.breakBroker((waits += 1) < 3);
      system.clock.advance(minuteMs);
      await system.sweep();
    };
    const result = await reconcileWindow({ ...services, clock: { ...services.clock, wait } }, window, () => undefined);
    expect(result).toMatchObject({
      ...{ unavailable: null, unverified: [], walk: { summary: { differences: { cabinet_refund: 1 } } } },
      found: [{ difference: { kind: 'cabinet_refund' } }],
    });
    expect(await books.handleHints()).toMatchObject([{ objectId: 'cabinet' }]);
  });

  test('is named to a person where it is not, and the others are compared', async () => {
    const { books, window } = await unpublished();
    const clock = { ...books.services.clock, wait: () => Promise.resolve() };
    const result = await reconcileWindow({ ...books.services, clock }, window, () => undefined);
    expect(result).toMatchObject({ unavailable: null, unverified: [user], found: [], walk: { at: window.to } });
  });

  test('is compared again by the job, ten minutes later', async () => {
    const { system, books } = await unpublished();
    await books.reconcile('weekly');
    expect(await books.handleHints()).toEqual([]);
    system.breakBroker(false);
    system.clock.advance(10 * minuteMs);
    await system.sweep();
    await books.handleHints();
    await books.reconcile('weekly');
    expect(await books.handleHints()).toMatchObject([{ objectId: 'cabinet', origin: 'reconciliation' }]);
  });
});
