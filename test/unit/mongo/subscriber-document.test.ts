import { expect, test } from '@jest/globals';
import { firstDocument, subscriberFrom } from '../../../src/adapters/mongo/subscriber-document.ts';
import { newSubscriber } from '../../../src/domain/model/subscriber.ts';

test('a document that was saved before a field existed is read as one in which nothing is there', () => {
  const subscriber = newSubscriber('11111111-1111-4111-8111-111111111111');
  const announce = { business: null, real: null, notBefore: null, tries: 0 };
  const stored = firstDocument({ subscriber, expectedVersion: 0, saveId: 'first', announce, entry: null });
  const { externalRefunds, differences, receipts, receiptContact, personalKey, binding, ...old } = stored;
  const absent = [externalRefunds, differences, receipts, receiptContact, personalKey, binding];
  expect(absent).toEqual([[], [], [], null, null, null]);
  expect(subscriberFrom(old)).toEqual(subscriber);
});
