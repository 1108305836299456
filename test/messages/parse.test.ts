import fc from 'fast-check';
import { expect, test } from '@jest/globals';
import type { Delivery } from '../../src/application/ports/consumer.ts';
import { Poison } from '../../src/application/ports/faults.ts';
import type { OutMessage } from '../../src/application/ports/outbox.ts';
import { dayMs, hourMs } from '../../src/domain/model/instant.ts';
import { typeFromHeader } from '../../src/messages/catalogue.ts';
import { messages } from '../../src/messages/generated/contract.ts';
import { parseCommand, parseHint, parseTimer } from '../../src/messages/parse.ts';
import { createMessageFactory } from '../../src/messages/message-factory.ts';
import { commandTypes } from '../support/commands.ts';
import { timer } from './arbitrary-timers.ts';
import { command, hint as anyHint, noticeReport } from './arbitrary-inputs.ts';

const messageFactory = createMessageFactory();
const trace = { correlationId: 'request-1', causationId: null };
const userId = '8f0f1c0e-5b7a-4f6e-9c3d-2a1b4c5d6e7f';

const delivered = ({ topic, key, headers, value }: OutMessage): Delivery => ({
  topic,
  partition: 0,
  offset: '0',
  recordedAt: null,
  key,
  headers,
  type: typeFromHeader(headers['ce_type']) ?? '',
  value: JSON.parse(JSON.stringify(value)) as unknown,
  trace,
});
const now = Date.parse('2026-01-31T09:00:00.000Z');
const renewalDue = delivered(
  messageFactory.timer(
    { type: 'subscription.renewal_due', subscriptionId: 's-1', periodIndex: 1, attemptNo: 1 },
    { userId, at: 0, trace },
  ),
);
const expiryDue = delivered(
  messageFactory.timer({ type: 'subscription.expiry_due', subscriptionId: 's-1', dueAt: 0 }, { userId, at: 0, trace }),
);
const hint = delivered(
  messageFactory.hint({ provider: 'yookassa', objectType: 'refund', objectId: 'r-1' }, { at: 0, trace }),
);
const cancelOf = (id: string) => ({
  ...{ type: 'subscription.cancel' as const, commandId: 'command-1', userId: id, bodyHash: 'abc', notAfter: null },
  ...{ actor: { kind: 'user' as const, id }, acceptedAt: now, reason: null },
});
const channels: readonly string[] = ['commands', 'timers', 'hints'];
const parsers = [parseCommand, parseTimer, parseHint];

function codeOf(parse: (delivery: Delivery, at: number) => unknown, delivery: Delivery): string {
  try {
    parse(delivery, now);
    return 'parsed';
  } catch (error) {
    if (error instanceof Poison) return error.code;
    throw error;
  }
}

test('every published command, timer and hint is read unchanged', () => {
  const seen = new Set<string>(['payment.hint_received', 'notice.delivered']);
  fc.assert(
    fc.property(command, (ordered) => {
      seen.add(ordered.type);
      expect(parseCommand(delivered(messageFactory.command(ordered, trace)), now)).toEqual(ordered);
    }),
  );
  fc.assert(
    fc.property(timer, (announced) => {
      seen.add(announced.type);
      const sent = delivered(messageFactory.timer(announced, { userId, at: 0, trace }));
      expect(parseTimer(sent, now)).toEqual({ userId, timer: announced });
    }),
  );
  fc.assert(
    fc.property(anyHint, (hinted) => {
      const sent = delivered(messageFactory.hint(hinted, { at: 0, trace }));
      expect(parseHint(sent, now)).toEqual({ about: 'object', hint: hinted });
    }),
  );
  fc.assert(
    fc.property(noticeReport, (report) => {
      const sent = delivered(messageFactory.noticeReport(report, { at: 0, trace }));
      expect(parseHint(sent, now)).toEqual({ about: 'notice', report });
    }),
  );
  const received = Object.entries(messages).filter(([, { channel }]) => channels.includes(channel));
  expect([...seen].sort()).toEqual(received.map(([type]) => type).sort());
});

test('a field that a newer writer added to what only announces is ignored', () => {
  const grown = { ...renewalDue, value: { ...(renewalDue.value as object), addedLater: { deep: true } } };
  expect(parseTimer(grown, now)).toEqual(parseTimer(renewalDue, now));
});

test('a command with a field, or a value of a list, that only a newer version knows waits for it', () => {
  const cancel = delivered(messageFactory.command({ ...cancelOf(userId), mode: 'period_end' }, trace));
  const value = cancel.value as Readonly<Record<string, unknown>>;
  const actor = value['actor'] as Readonly<Record<string, unknown>>;
  const newer = [
    { ...value, amountMinor: 100 },
    { ...value, mode: 'next_month' },
    { ...value, actor: { ...actor, office: 'Moscow' } },
  ];
  for (const grown of newer) {
    const headers = { ...cancel.headers, ce_time: new Date(now).toISOString() };
    const waits = { code: 'unknown_version', retryable: false, queues: true };
    expect(() => parseCommand({ ...cancel, headers, value: grown }, now)).toThrow(expect.objectContaining(waits));
    const old = { ...headers, ce_time: new Date(now - 8 * dayMs).toISOString() };
    expect(codeOf(parseCommand, { ...cancel, headers: old, value: grown })).toBe('unknown_version');
  }
  const never = { ...value, acceptedAt: 'never', amountMinor: 100 };
  expect(codeOf(parseCommand, { ...cancel, value: never })).toBe('invalid_value');
});

test('a message under the key of another user is poison', () => {
  const key = '00000000-0000-4000-8000-000000000000';
  expect(codeOf(parseTimer, { ...renewalDue, key })).toBe('key_mismatch');
  expect(codeOf(parseHint, { ...hint, key })).toBe('key_mismatch');
});

const written = (at: number, ceType: string) => ({ ce_type: ceType, ce_time: new Date(at).toISOString() });

test('a type or version of ours that this process does not know waits for a version that does', () => {
  for (const at of [now, now - 6 * dayMs, now + hourMs]) {
    const pause = { type: 'subscription.pause', headers: written(at, 'cinema.billing.subscription.pause.v1') };
    const newer = { headers: written(at, 'cinema.billing.subscription.renewal_due.v2') };
    const waits = { retryable: false, queues: true };
    for (const parse of parsers)
      expect(() => parse({ ...renewalDue, ...pause }, now)).toThrow(
        expect.objectContaining({ code: 'unknown_type', ...waits }),
      );
    expect(() => parseTimer({ ...renewalDue, ...newer }, now)).toThrow(
      expect.objectContaining({ code: 'unknown_version', ...waits }),
    );
  }
});

test('a type or version that no version of ours has learned within a week is poison, and so is one without a time', () => {
  const old = written(now - 8 * dayMs, 'cinema.billing.subscription.pause.v1');
  for (const headers of [old, { ce_type: 'cinema.billing.subscription.pause.v1' }])
    for (const type of ['subscription.pause', '__proto__', 'constructor', 'toString', ''])
      for (const parse of parsers) expect(codeOf(parse, { ...renewalDue, headers, type })).toBe('unknown_type');
  const headers = { ce_type: 'cinema.billing.subscription.renewal_due.v2' };
  expect(codeOf(parseTimer, { ...renewalDue, headers })).toBe('unknown_version');
});

test('a type that belongs to another topic is poison', () => {
  expect(codeOf(parseCommand, renewalDue)).toBe('unknown_type');
  expect(codeOf(parseTimer, hint)).toBe('unknown_type');
  expect(codeOf(parseHint, renewalDue)).toBe('unknown_type');
});

test('a value without a required field, or with an impossible date, is poison', () => {
  const value = renewalDue.value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(value)) {
    const rest = Object.fromEntries(Object.entries(value).filter(([field]) => field !== name));
    expect(codeOf(parseTimer, { ...renewalDue, value: rest })).toBe('invalid_value');
    expect(
      codeOf(parseTimer, { ...renewalDue, value: Object.assign(Object.create({ [name]: value[name] }), rest) }),
    ).toBe('invalid_value');
  }
  const noSuchDay = { ...(expiryDue.value as object), dueAt: '2026-02-31T00:00:00.000Z' };
  expect(codeOf(parseTimer, { ...expiryDue, value: noSuchDay })).toBe('invalid_value');
});

test('any value is read or is poison: never another error', () => {
  const names = fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'userId',
    'actor',
  );
  /** Written as text, because an object literal would set the prototype rather than a field called `__proto__`. */
  const planted = fc.dictionary(names, fc.jsonValue(), { minKeys: 1 }).map((extra): unknown => {
    const members = Object.entries(extra).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
    return JSON.parse(JSON.stringify(renewalDue.value).replace('{', () => `{${members.join(',')},`));
  });
  const hostile = fc.oneof(fc.jsonValue(), fc.anything({ key: names, withNullPrototype: true }), planted);
  fc.assert(
    fc.property(hostile, fc.constantFrom(...parsers), fc.constantFrom(renewalDue, hint), (value, parse, delivery) => {
      const types = [...commandTypes, delivery.type];
      for (const type of types) expect(codeOf(parse, { ...delivery, headers: {}, type, value })).toMatch(/^[a-z_]+$/);
    }),
    { numRuns: 500 },
  );
});
