import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { Mongoose } from 'mongoose';
import { castRecord } from '../../../src/adapters/mongo/models/cast-record.ts';
import { openModels } from '../../../src/adapters/mongo/models/open-models.ts';
import { recordOf } from '../../../src/adapters/mongo/read-model-rows.ts';
import { firstDocument } from '../../../src/adapters/mongo/subscriber-document.ts';
import { hourMs } from '../../../src/domain/model/instant.ts';
import { newSubscriber, type Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { LiveSubscription, Subscription } from '../../../src/domain/model/subscription.ts';
import {
  noon,
  renewalDue,
  sampleCommand,
  sampleEntry,
  samplePayment,
  sampleRefund,
  sampleSave,
  sampleSubscription,
  sampleTariff,
} from '../../contract/samples.ts';

const models = openModels(new Mongoose().createConnection());

const { tariff, paySystem, autoRenew, createdAt, id } = sampleSubscription(randomUUID());
const terms = { id, tariff, paySystem, autoRenew, createdAt };
const term = { anchor: noon, anchorIndex: 0, periodIndex: 0, periodStart: noon, periodEnd: noon + hourMs };
/** As it is stored now; one of an earlier version has no grace of its own. */
const graced = { ...term, graceUntil: noon + 2 * hourMs };
const live: Omit<LiveSubscription, 'status'> = {
  ...{ ...terms, term, cancelAtPeriodEnd: false, held: null, methodId: null },
  ...{ attemptsMade: 0, extendedUntil: null, previousTerm: null },
};
const dunning = {
  ...{ dueAt: noon, ladderStep: 1, shortRetries: 0, attempts: [noon], limitedAttempts: 0 },
  ...{ nextAttemptAt: null, lastReason: '', lastClass: 'soft_funds' as const },
};
const subscriptions: readonly Subscription[] = [
  { ...terms, status: 'incomplete' },
  { ...live, status: 'active' },
  { ...live, status: 'active', term: graced, resumedAt: noon },
  {
    ...live,
    status: 'past_due',
    dunning,
    graceUntil: noon,
    held: { reason: 'mismatch', since: noon },
    previousTerm: term,
  },
  { ...terms, status: 'expired', term: null, endedAt: noon, cause: 'not_renewing' },
];

const fullOf = (subscription: Subscription): Subscriber => ({
  ...newSubscriber(randomUUID()),
  subscription,
  payment: samplePayment({ purchase: null, methodId: 'method-1' }),
  watched: [samplePayment({ watchedBecause: 'canceled', stuckSince: noon })],
  refunds: [{ ...sampleRefund('payment-1'), earlierRefundIds: ['refund-0'] }],
  captures: [
    {
      ...{ paymentId: 'p', subscriptionId: id, periodKey: 'initial', providerPaymentId: 'pp', kind: 'checkout' },
      ...{ attemptNo: 1, reservedAt: noon, currency: 'RUB', capturedMinor: 29900, refundedMinor: 0 },
    },
  ],
  externalRefunds: [{ paymentId: 'p', providerRefundId: 'pr', amountMinor: 100, capturedMinor: 29900 }],
  receipts: [
    {
      ...{ kind: 'payment', id: 'p', paymentId: 'p', subscriptionId: id, providerObjectId: 'pp' },
      ...{ vatCode: 11, since: noon, nextReadAt: noon, failed: null },
    },
  ],
  receiptContact: { kind: 'email', sealed: 'v1.sealed', masked: 'i***@c***.example', since: noon },
  personalKey: 'v1.sealed',
  methods: [{ id: 'method-1', title: null, last4: '4444', brand: null, savedAt: noon, usable: true }],
  commands: [
    sampleCommand('a'),
    sampleCommand('b', { kind: 'completed', subscriptionId: null }),
    sampleCommand('c', { kind: 'requires_action', subscriptionId: id, redirectUrl: 'https://pay.example/1' }),
    sampleCommand('d', { kind: 'rejected', reason: 'payment_declined' }),
  ],
  entitlement: {
    ...{ active: true, validUntil: noon, graceUntil: null, tariffAlias: 'base', features: ['movies'] },
    role: 'subscriber',
  },
});

test.each(subscriptions.map((subscription) => [subscription.status, subscription] as const))(
  'the model describes all that is stored of a subscriber whose subscription is %s, and nothing else',
  async (_status, subscription) => {
    const subscriber = fullOf(subscription);
    const announce = { business: renewalDue(noon), real: null };
    const document = firstDocument(sampleSave(subscriber.userId, { subscriber, announce, entry: sampleEntry('e') }));
    const read = new models.subscribers(document);
    await read.validate();
    expect(read.toObject()).toEqual(document);
  },
);

test.each(subscriptions.map((row) => [row.status, row] as const))(
  'a row of a subscription that is %s dates what people read and keeps the rest as the domain has it',
  (_status, row) => {
    const { id: _id, ...kept } = row;
    const record = recordOf(models, { userId: 'u', version: 3, at: noon, model: 'subscriptions', id: _id, row });
    const dated = (instant: number | null | undefined) => (instant == null ? null : new Date(instant));
    expect(record).toEqual({
      ...{ ...kept, _id, userId: 'u', version: 3, updatedAt: new Date(noon), createdAt: new Date(noon) },
      periodEnd: dated('term' in row ? row.term?.periodEnd : null),
      graceUntil: dated('graceUntil' in row ? row.graceUntil : null),
      endedAt: dated('endedAt' in row ? row.endedAt : null),
    });
  },
);

test('a row of a payment has neither its page nor its sealed request, and its nulls stay', () => {
  const row = samplePayment({ confirmationUrl: 'https://pay.example/1', stuckSince: noon });
  const { id: _id, send, ...rest } = row;
  const kept: Partial<typeof rest> = { ...rest };
  delete kept.confirmationUrl;
  const about = { userId: 'u', version: 3, reason: null, place: 'closed' } as const;
  const method = { title: null, last4: '4444' };
  const version = { ...about, at: noon, model: 'payments', id: _id, row, capturedAt: null, method } as const;
  const at = new Date(noon);
  expect(recordOf(models, version)).toEqual({
    ...{ ...kept, ...about, _id, method, updatedAt: at, createdAt: at, createdRealAt: at, capturedAt: null },
    send: { idempotenceKey: send.idempotenceKey, sends: 0, unsent: 0, firstSentAt: null, lastSentAt: null },
  });
});

const command = { ...sampleCommand('c'), _id: 'c', userId: 'u', version: 1, updatedAt: noon };
test.each([
  ['lacks a field', { ...command, bodyHash: undefined }, 'commands.bodyHash is missing'],
  ['has null for what is always there', { ...command, bodyHash: null }, 'commands.bodyHash is missing'],
  ['lacks a field of a part', { ...command, outcome: { reason: 'x' } }, 'commands.outcome.kind is missing'],
  ['has another type', { ...command, acceptedAt: 'yesterday' }, 'Cast to date failed'],
])('a record that %s is not written', (_name, values, message) => {
  expect(() => castRecord(models.commands, values)).toThrow(message);
});

test('a tariff of an operator has the same fields as a pinned one', async () => {
  const { id: _id, ...fields } = sampleTariff;
  const stored = { ...fields, _id, sale: {}, createdAt: new Date(noon), updatedAt: new Date(noon) };
  const read = new models.tariffs(stored);
  await read.validate();
  expect(read.toObject()).toEqual(stored);
});
