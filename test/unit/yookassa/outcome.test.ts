import { describe, expect, test } from '@jest/globals';
import type { HttpResult } from '../../../src/adapters/yookassa/http-call.ts';
import { checkResultOf, sendOutcome } from '../../../src/adapters/yookassa/outcome.ts';
import {
  declinedCharge,
  errorBody,
  openBinding,
  openPage,
  succeededPayment,
  succeededRefund,
} from './provider-answers.ts';

const create = { method: 'POST', path: '/payments', body: '{}' } as const;
const answer = (status: number, body: object | string): HttpResult => ({
  kind: 'response',
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const failed = (code: string): HttpResult => ({ kind: 'failed', code });

describe('the outcome of a send', () => {
  test.each([
    ['a page', openPage, 'pending'],
    ['a decline', declinedCharge, 'canceled'],
    ['a payment', succeededPayment, 'succeeded'],
  ])('200 with %s is its answer', (_name, body, status) => {
    expect(sendOutcome(create, answer(200, body))).toMatchObject({ kind: 'answered', object: { status } });
  });

  test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])('%s is proved unsent', (code) => {
    expect(sendOutcome(create, failed(code))).toEqual({ kind: 'unsent', reason: code.toLowerCase() });
  });

  test('429 is refused before it is handled', () => {
    const body = errorBody({ code: 'too_many_requests' });
    expect(sendOutcome(create, answer(429, body))).toEqual({ kind: 'unsent', reason: 'too_many_requests' });
  });

  test.each([400, 401, 403, 404, 415])('%i is a refusal with the provider’s code and parameter', (status) => {
    const body = errorBody({ code: 'forbidden', parameter: 'amount' });
    const refused = { kind: 'refused', status, code: 'forbidden', parameter: 'amount' };
    expect(sendOutcome(create, answer(status, body))).toEqual(refused);
  });

  const foreignBodies = ['<html>no</html>', '', '{}', '{"error":"forbidden"}', '{"type":"error"}', '[]', 'null'];
  test.each([400, 401, 403, 404, 415, 429].flatMap((status) => foreignBodies.map((body) => ({ status, body }))))(
    '$status of a gateway leaves the outcome of the request unknown: $body',
    ({ status, body }) => {
      expect(sendOutcome(create, answer(status, body))).toEqual({ kind: 'unknown', reason: `http_${status}` });
    },
  );

  test.each([
    { parameter: 'Idempotence-Key', description: 'Idempotence key duplicated' },
    { parameter: 'idempotence-key' },
    { description: 'Duplicate idempotence key' },
  ])('a 400 that names the key is a conflict: %o', (changes) => {
    expect(sendOutcome(create, answer(400, errorBody(changes)))).toEqual({ kind: 'key_conflict' });
  });

  const unclear: readonly HttpResult[] = [
    ...['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_CANCELED', 'ERR_BAD_RESPONSE', 'UNEXPECTED'].map(
      failed,
    ),
    ...[201, 202, 204, 301, 302, 307, 402, 405, 409, 410, 422, 500, 502, 503, 504].map((status) =>
      answer(status, succeededPayment),
    ),
    answer(200, ''),
    answer(200, '{"id":"22e1'),
    answer(200, '<html>'),
    answer(200, 'null'),
    answer(200, '[]'),
    answer(200, { ...succeededPayment, status: 'unheard_of' }),
    answer(200, succeededRefund),
  ];
  test.each(unclear)('every unproved outcome is unknown: %j', (result) => {
    expect(sendOutcome(create, result)).toMatchObject({ kind: 'unknown' });
  });

  test('a refund answers a refund, a binding a binding, and a capture the payment it named', () => {
    const refund = { ...create, path: '/refunds' };
    expect(sendOutcome(refund, answer(200, succeededRefund))).toMatchObject({ object: { object: 'refund' } });
    expect(sendOutcome(refund, answer(200, succeededPayment))).toMatchObject({ kind: 'unknown' });
    const bind = { ...create, path: '/payment_methods' };
    expect(sendOutcome(bind, answer(200, openBinding))).toMatchObject({ object: { object: 'payment_method' } });
    expect(sendOutcome(bind, answer(200, succeededPayment))).toMatchObject({ kind: 'unknown' });
    expect(sendOutcome(create, answer(200, openBinding))).toMatchObject({ kind: 'unknown' });
    const capture = (id: string) => ({ ...create, path: `/payments/${id}/capture` });
    expect(sendOutcome(capture(succeededPayment.id), answer(200, succeededPayment))).toMatchObject({
      kind: 'answered',
    });
    expect(sendOutcome(capture('another'), answer(200, succeededPayment))).toMatchObject({ kind: 'unknown' });
  });
});

describe('the result of a read', () => {
  const wanted = { object: 'payment', id: succeededPayment.id } as const;

  test('is the requested object, and no other', () => {
    expect(checkResultOf(wanted, answer(200, succeededPayment))).toMatchObject({ kind: 'found' });
    expect(checkResultOf({ ...wanted, id: 'other' }, answer(200, succeededPayment))).toMatchObject({
      kind: 'unavailable',
    });
  });

  test('absent is the provider’s own answer: not_found, or a 400 that names the id', () => {
    expect(checkResultOf(wanted, answer(404, errorBody({ code: 'not_found' })))).toEqual({ kind: 'absent' });
    expect(checkResultOf(wanted, answer(400, errorBody({ parameter: 'payment_id' })))).toEqual({ kind: 'absent' });
    const refund = { object: 'refund', id: 'r' } as const;
    expect(checkResultOf(refund, answer(400, errorBody({ parameter: 'refund_id' })))).toEqual({ kind: 'absent' });
    const bound = { object: 'payment_method', id: 'm' } as const;
    expect(checkResultOf(bound, answer(404, errorBody({ code: 'not_found' })))).toEqual({ kind: 'absent' });
  });

  const silent: readonly HttpResult[] = [
    failed('ECONNREFUSED'),
    failed('ECONNRESET'),
    answer(404, '<html>no such page</html>'),
    answer(404, ''),
    answer(400, errorBody({ parameter: 'refund_id' })),
    answer(401, errorBody({ code: 'invalid_credentials' })),
    answer(403, errorBody({ code: 'forbidden' })),
    answer(429, errorBody()),
    answer(500, errorBody({ code: 'not_found' })),
    answer(200, '{"id":'),
  ];
  test.each(silent)('every other answer proves nothing: %j', (result) => {
    expect(checkResultOf(wanted, result)).toMatchObject({ kind: 'unavailable' });
  });
});
