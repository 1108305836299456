import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { toIso } from '../../src/domain/model/instant.ts';
import { catalogueEntry, isSchemaName, typeFromHeader } from '../../src/messages/catalogue.ts';
import type { DeadLetter } from '../../src/application/ports/dead-letters.ts';
import { deadLetterMessage, packRecord } from '../../src/messages/dead-letter.ts';
import { redact, truncate } from '../../src/messages/plain-text.ts';
import { readBySchema } from '../../src/messages/read-by-schema.ts';
import { validationError } from '../../src/messages/validate.ts';
import { createCipher } from '../../src/adapters/system/cipher.ts';
import { createMessageFactory } from '../../src/messages/message-factory.ts';
import { writeBySchema } from '../../src/messages/write-by-schema.ts';
import { factOf, factTypes, secret } from './arbitrary-values.ts';

const messageFactory = createMessageFactory();
const userId = '8f0f1c0e-5b7a-4f6e-9c3d-2a1b4c5d6e7f';
const at = Date.parse('2026-11-24T09:30:00.000Z');
const trace = { correlationId: 'request-1', causationId: 'command-1' };
const about = { userId, sequence: 17, at, trace };
const cancel = {
  type: 'subscription.cancel',
  commandId: 'command-1',
  userId,
  actor: { kind: 'user', id: userId },
  acceptedAt: at,
  bodyHash: 'abc',
  notAfter: null,
  mode: 'period_end',
  reason: null,
} as const;

describe.each(factTypes)('the fact %s', (type) => {
  test('becomes a message that keeps the contract and holds no secret, whatever its values', () => {
    fc.assert(
      fc.property(factOf(type), (event) => {
        const sent = messageFactory.fact(event, about);
        expect(sent.topic).toBe(catalogueEntry(type).topic);
        expect(sent.key).toBe(userId);
        expect(
          isSchemaName(sent.schema) && validationError(sent.schema, JSON.parse(JSON.stringify(sent.value))),
        ).toBeNull();
        expect(JSON.stringify(sent)).not.toContain(secret);
      }),
      { numRuns: 50 },
    );
  });
});

test.each(factTypes)('the fact %s is read and written again unchanged', (type) => {
  fc.assert(
    fc.property(factOf(type), (event) => {
      const { schema, value } = messageFactory.fact(event, about);
      if (!isSchemaName(schema) || value === null) throw new Error(`${schema} has no value to read.`);
      expect(writeBySchema(schema, readBySchema(schema, value))).toEqual(value);
    }),
    { numRuns: 20 },
  );
});

test('a fact carries the CloudEvents headers and its number, and the same fact gives the same bytes', () => {
  const event = { type: 'payment_method.saved', subscriptionId: 's-1' } as const;
  const method = { id: secret, title: 'Bank card *4444', last4: '4444', brand: 'Mir', savedAt: at, usable: true };
  const sent = messageFactory.fact({ ...event, method }, about);
  expect(sent.headers).toEqual({
    ce_specversion: '1.0',
    ce_id: `${userId}:17`,
    ce_type: 'cinema.billing.payment_method.saved.v1',
    ce_source: '/cinema/billing',
    ce_subject: userId,
    ce_time: '2026-11-24T09:30:00.000Z',
    ce_dataschema: 'urn:cinema-billing:schema:payment-method-saved.v1',
    ce_sequence: '17',
    ce_correlationid: 'request-1',
    ce_causationid: 'command-1',
    traceparent: sent.headers['traceparent'],
    'content-type': 'application/vnd.schemaregistry.v1+json',
  });
  expect(sent.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  expect(messageFactory.fact({ ...event, method }, about)).toEqual(sent);
});

test('commands, timers and hints have ids that follow from their content, so that a repeat is recognised', () => {
  const ordered = messageFactory.command(cancel, { correlationId: 'request-1', causationId: null });
  expect(ordered).toMatchObject({ topic: 'billing.commands.v1', key: userId, schema: 'subscription-cancel.v1' });
  expect(ordered.headers).toMatchObject({ ce_id: 'command-1', ce_time: toIso(at), ce_subject: userId });
  expect(ordered.headers).not.toHaveProperty('ce_causationid');
  expect(ordered.headers).not.toHaveProperty('ce_sequence');

  const timer = { type: 'subscription.expiry_due', subscriptionId: 's-1', dueAt: at } as const;
  expect(messageFactory.timer(timer, about).headers['ce_id']).toBe(`expiry-due:s-1:${at}`);

  const hint = messageFactory.hint({ provider: 'yookassa', objectType: 'payment', objectId: 'p-1' }, { at, trace });
  expect(hint).toMatchObject({ topic: 'billing.hints.v1', key: 'p-1' });
  expect(hint.headers).toMatchObject({ ce_id: `payment:p-1:${toIso(at)}`, ce_subject: 'p-1' });

  const delivered = { noticeId: 'n-1', userId, deliveredAt: at, channel: 'push' } as const;
  const report = messageFactory.noticeReport(delivered, { at, trace });
  expect(report).toMatchObject({ topic: 'billing.hints.v1', key: 'n-1', schema: 'notice-delivered.v1' });
  expect(report.headers).toMatchObject({ ce_id: `notice:n-1:${toIso(at)}`, ce_subject: 'n-1' });
});

test('every message names the span that causes it, where one is known', () => {
  const place = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const traced = createMessageFactory(() => place);
  const timer = {
    type: 'subscription.renewal_due',
    subscriptionId: 'subscription-1',
    periodIndex: 1,
    attemptNo: 1,
  } as const;
  const report = { noticeId: 'notice-1', userId, deliveredAt: at, channel: 'email' } as const;
  const sent = [
    traced.command(cancel, trace),
    traced.timer(timer, { userId, at, trace }),
    traced.hint({ provider: 'yookassa', objectType: 'payment', objectId: 'payment-1' }, { at, trace }),
    traced.noticeReport(report, { at, trace }),
  ];
  expect(sent.map(({ headers }) => headers['traceparent'])).toEqual(sent.map(() => place));
});

test('a value that breaks the contract is refused before anything is saved, without being quoted', () => {
  expect(() => messageFactory.command({ ...cancel, userId: 'ivan@example.com' }, trace)).toThrow(
    /\/userId must match pattern/,
  );
  expect(() => messageFactory.command({ ...cancel, userId: 'ivan@example.com' }, trace)).not.toThrow(/ivan/);
  expect(() => messageFactory.command({ ...cancel, acceptedAt: Number.NaN }, trace)).toThrow();
});

test('a required field that the domain does not give is refused, never published as null', () => {
  const incomplete = { ...cancel, notAfter: undefined };
  // @ts-expect-error: the type forbids it too.
  expect(() => messageFactory.command(incomplete, trace)).toThrow('The schema requires the field notAfter');
});

test('addresses, cards and phones that people type are redacted from reasons', () => {
  expect(redact('write to ivan@example.com', 500)).toBe('write to …');
  expect(redact('my card 4111 1111 1111 1111 was lost', 500)).toBe('my card …was lost');
  expect(redact('+7 (903) 123-45-67', 500)).toBe('+…');
  expect(redact('since 2026-11-24, 3 films a month', 500)).toBe('since 2026-11-24, 3 films a month');
  expect(truncate('ab\u{1F600}', 3)).toBe('ab\uFFFD');
});

const letter: DeadLetter = {
  topic: 'billing.commands.v1',
  partition: 4,
  offset: '1207',
  key: null,
  timestamp: null,
  consumerGroup: 'billing-commands',
  errorClass: 'poison',
  errorCode: 'undecodable',
  reason: 'x'.repeat(2000),
  firstFailedAt: at,
  attempts: 1,
  sealed: 'sealed',
  replayOf: null,
};

test('a dead letter has the origin and the reason, also for a record without key', () => {
  const sent = deadLetterMessage(letter, { at, trace });
  expect(sent).toMatchObject({ topic: 'billing.dead-letters.v1', key: 'billing.commands.v1:4:1207' });
  expect(sent.headers['ce_id']).toBe('billing.commands.v1:4:1207:billing-commands');
  expect(typeFromHeader(sent.headers['ce_type'])).toBe('dead_letter');
  expect(deadLetterMessage({ ...letter, key: userId }, { at, trace }).key).toBe(userId);
});

test('a dead letter can hold the largest record of a broker, sealed', () => {
  const largest = packRecord({ key: Buffer.from(userId), value: Buffer.alloc(1_048_588), headers: { a: 'b' } });
  const sealed = Buffer.from(largest).toString('base64');
  expect(deadLetterMessage({ ...letter, sealed }, { at, trace }).value).toMatchObject({ sealed });
  expect(() => deadLetterMessage({ ...letter, sealed: 'x'.repeat(2_000_000) }, { at, trace })).toThrow(/too large/);
});

test.each([createCipher([Buffer.alloc(32, 7).toString('base64')]).seal(Buffer.from('ivan@example.com')), 'v1.AwMDAw'])(
  'a contact is in the message as our cipher seals it: %s',
  (email) => {
    const { commandId, actor, acceptedAt, bodyHash, notAfter } = cancel;
    const common = { commandId, userId, actor, acceptedAt, bodyHash, notAfter };
    const contact = { ...common, type: 'receipt_contact.set', email, phone: null } as const;
    expect(() => messageFactory.command(contact, trace)).not.toThrow();
  },
);

test('the type of a message is read from its header only', () => {
  expect(typeFromHeader('cinema.billing.subscription.pay.v1')).toBe('subscription.pay');
  expect(typeFromHeader('cinema.billing.subscription.pay.v12')).toBe('subscription.pay');
  for (const header of [undefined, '', 'subscription.pay', 'cinema.billing.__proto__', 'other.billing.a.b.v1'])
    expect(typeFromHeader(header)).toBeNull();
});
