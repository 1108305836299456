import { describe, expect, test } from '@jest/globals';
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
});
