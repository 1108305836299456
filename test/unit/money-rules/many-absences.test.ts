import { describe, expect, test } from '@jest/globals';
import type { PaymentProvider } from '../../../src/application/ports/payment-provider.ts';
import { reconcile } from '../../../src/application/reconciliation/reconcile.ts';
import { minuteMs } from '../../../src/domain/model/instant.ts';
import { createReconciledSystem } from '../../support/reconciled-system.ts';
import { createTestSystem } from '../../support/test-system.ts';

describe('successes that the provider does not have', () => {
  test('are announced however many there are: a hundred at a time, and each counts until it is put right', async () => {
    const system = createTestSystem();
    const books = createReconciledSystem(system);
    const users = Array.from({ length: 130 }, (_, n) => `11111111-1111-4111-8111-${String(n).padStart(12, '0')}`);
    for (const each of users) {
      await system.pay(each);
      await system.payPage(each);
    }
    for (const { id } of books.payments()) books.remove(id);
    const compare = async () => {
      system.clock.advance(10 * minuteMs);
      const { absent_there: absent } = await books.reconcile();
      return { absent, announced: (await books.handleHints()).length };
    };
    expect(await compare()).toEqual({ absent: 100, announced: 100 });
    expect(await compare()).toEqual({ absent: 130, announced: 30 });
    expect(await compare()).toEqual({ absent: 130, announced: 0 });
  });

  test('are found behind others whose ids the provider never answers for, and these are counted', async () => {
    const system = createTestSystem();
    const books = createReconciledSystem(system);
    for (let n = 0; n < 6; n += 1) {
      const each = `11111111-1111-4111-8111-${String(n).padStart(12, '0')}`;
      await system.pay(each);
      await system.payPage(each);
    }
    const ids = books.payments().map(({ id }) => id);
    for (const id of ids) books.remove(id);
    const unanswered = ids.slice(0, 5);
    const { provider } = books.services;
    const read: PaymentProvider['read'] = (kind, id, correlationId) =>
      unanswered.includes(id)
        ? Promise.resolve({ kind: 'unavailable', reason: 'invalid_answer' })
        : provider.read(kind, id, correlationId);
    const announced: string[] = [];
    let last: Readonly<Record<string, number>> = {};
    for (let again = 0; again < 10; again += 1) {
      system.clock.advance(11 * minuteMs);
      last = await reconcile({ ...books.services, provider: { ...provider, read } }, 'recent');
      announced.push(...(await books.handleHints()).map(({ objectId }) => objectId));
    }
    expect(announced).toEqual([ids[5]]);
    expect(last).toMatchObject({ absent_there: 1, not_compared: 1 });
  });
});
