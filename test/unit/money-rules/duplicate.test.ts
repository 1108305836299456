import { expect, test } from '@jest/globals';
import { handleDuplicate } from '../../../src/application/handle-duplicate.ts';
import { houseWithActive } from '../../support/house.ts';

const user = '11111111-1111-4111-8111-111111111111';

test('a second kept payment of a period, met by the ledger, is given back and the subscription held', async () => {
  const house = await houseWithActive(user);
  const row = house.ledgerRows().find((candidate) => candidate.ledger === 'payments');
  if (row?.ledger !== 'payments') throw new Error('no payment in the ledger');
  await handleDuplicate(house.services, user, row.row);
  await house.services.relay.idle();
  expect((await house.state(user)).subscription).toMatchObject({
    status: 'active',
    held: { reason: 'a period was paid for twice' },
  });
  const types = house.facts(user).map((event) => event.type);
  expect(types.slice(-3)).toEqual(['payment.duplicate_detected', 'refund.requested', 'refund.succeeded']);
  await handleDuplicate(house.services, user, row.row);
  expect(house.provider.entries().filter(({ object }) => object.object === 'refund')).toHaveLength(1);
});
