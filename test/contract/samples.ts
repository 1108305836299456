import type { Binding } from '../../src/domain/model/binding.ts';
import { randomUUID } from 'node:crypto';
import type { AuditEntry } from '../../src/application/ports/audit.ts';
import type { OutboxEntry } from '../../src/application/ports/outbox.ts';
import type { SubscriberSave } from '../../src/application/ports/subscriber-store.ts';
import type { CommandEntry } from '../../src/domain/model/command.ts';
import type { Instant } from '../../src/domain/model/instant.ts';
import type { Payment, Refund } from '../../src/domain/model/payment.ts';
import { newSendRecord } from '../../src/domain/model/send-record.ts';
import { newSubscriber } from '../../src/domain/model/subscriber.ts';
import type { Subscription } from '../../src/domain/model/subscription.ts';
import type { Tariff } from '../../src/domain/model/tariff.ts';
import type { Due } from '../../src/domain/timers/index.ts';

/** 24 November 2026, 09:00 UTC: "now" of every suite. */
export const noon: Instant = Date.UTC(2026, 10, 24, 9);

export const sampleTariff: Tariff = {
  id: '0b9e7f8a-0000-4000-8000-000000000001',
  version: 1,
  alias: 'base',
  name: 'Base',
  price: { amountMinor: 29900, currency: 'RUB' },
  period: { count: 1, unit: 'month' },
  features: ['movies'],
  limits: { streams: 2, maxHeight: 1080 },
};

export const sampleSubscription = (id: string): Subscription => ({
  id,
  status: 'incomplete',
  tariff: sampleTariff,
  paySystem: 'yookassa',
  autoRenew: true,
  createdAt: noon,
});

export const samplePayment = (changes: Partial<Payment> = {}): Payment => ({
  id: randomUUID(),
  kind: 'checkout',
  subscriptionId: 'subscription-1',
  purchase: { subscriptionId: 'subscription-1', tariff: sampleTariff, renew: true },
  paySystem: 'yookassa',
  periodKey: 'initial',
  attemptNo: 1,
  amount: { amountMinor: 29900, currency: 'RUB' },
  methodId: null,
  saveMethod: true,
  state: 'succeeded',
  step: 'pay',
  send: newSendRecord('v1-key', 'sealed-request'),
  providerPaymentId: '22d6d597-000f-5000-9000-145f6df21d6f',
  confirmationUrl: null,
  createdAt: noon,
  createdRealAt: noon,
  watchedBecause: null,
  stuckSince: null,
  ...changes,
});

export const sampleBinding: Binding = {
  id: 'binding-1',
  methodType: 'bank_card',
  state: 'requires_action',
  send: newSendRecord('v1-bind-key', 'sealed-binding'),
  providerMethodId: '22e12f66-0037-5000-8000-18db351245c7',
  confirmationUrl: 'https://pay.example/bind',
  undoesCancelOf: null,
  consent: null,
  unlinked: [
    { id: 'method-1', title: null, last4: '4444', brand: null, savedAt: noon, usable: false, unlinkedAt: noon },
  ],
  createdAt: noon,
  createdRealAt: noon,
};

export const sampleRefund = (paymentId: string): Refund => ({
  id: randomUUID(),
  paymentId,
  subscriptionId: 'subscription-1',
  providerPaymentId: '22d6d597-000f-5000-9000-145f6df21d6f',
  amount: { amountMinor: 29900, currency: 'RUB' },
  reason: 'duplicate',
  attemptNo: 1,
  state: 'requested',
  send: newSendRecord('v1-refund-key', 'sealed-refund'),
  providerRefundId: null,
  createdAt: noon,
  createdRealAt: noon,
  firstRequestedAt: noon,
  earlierRefundIds: [],
  stuckSince: null,
  retryAt: null,
});

export const sampleCommand = (id: string, outcome: CommandEntry['outcome'] = null): CommandEntry => ({
  id,
  type: 'subscription.pay',
  bodyHash: 'hash',
  acceptedAt: noon,
  paymentId: null,
  outcome,
});

export const renewalDue = (at: Instant, attemptNo = 1): Due => ({
  at,
  timer: { type: 'subscription.renewal_due', subscriptionId: 'subscription-1', periodIndex: 1, attemptNo },
});

export const statusCheckDue = (at: Instant): Due => ({
  at,
  timer: { type: 'payment.status_check_due', subject: 'payment', subjectId: 'payment-1', dueAt: at },
});

export const sampleEntry = (id: string, at: Instant = noon): OutboxEntry => ({
  id,
  at,
  messages: [
    {
      topic: 'billing.payments.v1',
      key: 'user',
      headers: { ce_id: `user:${id}`, ce_type: 'cinema.billing.payment.created.v1' },
      schema: 'payment-created.v1',
      value: { amountMinor: 29900, text: '$notAField.name', nested: { 'dotted.name': [1, 2.5, null, true] } },
    },
    { topic: 'billing.entitlements.v1', key: 'user', headers: {}, schema: 'entitlement-changed.v1', value: null },
  ],
  rows: [],
});

export const sampleSave = (userId: string, changes: Partial<SubscriberSave> = {}): SubscriberSave => ({
  subscriber: newSubscriber(userId),
  expectedVersion: 0,
  saveId: randomUUID(),
  announce: { business: null, real: null },
  entry: null,
  ...changes,
});

export const sampleAct = (userId: string, changes: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ id: randomUUID(), at: noon, actor: 'anna', action: 'subscription.release', userId },
  ...{ subject: { kind: 'subscriber', id: userId }, before: { held: { since: noon } }, after: { held: null } },
  ...{ reason: 'checked at the provider', requestId: 'request-1' },
  ...changes,
});
