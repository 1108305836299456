import { describe, expect, test } from '@jest/globals';
import { evolve } from '../../../src/domain/decision/evolve.ts';
import { hourMs, type Instant, minuteMs } from '../../../src/domain/model/instant.ts';
import { testPolicy } from '../../support/policy.ts';
import { newSendRecord, type SendRecord } from '../../../src/domain/model/send-record.ts';
import { newSubscriber, type Subscriber } from '../../../src/domain/model/subscriber.ts';
import { decideCheckResult } from '../../../src/domain/payment/decide-check-result.ts';
import { planCheck } from '../../../src/domain/payment/plan-check.ts';
import { noon, samplePayment } from '../../contract/samples.ts';
import { contextAt } from '../../support/state-diagrams/move.ts';

const { absentAfterMs, absentApartMs, keyLifeMs, reservationMs, searchMarginMs } = testPolicy;

/** A charge of noon, sent twice within a minute, without an answer; a status check is due. */
const unanswered = (send: Partial<SendRecord> = {}, testClockId: string | null = null): Subscriber => ({
  ...newSubscriber('user-1'),
  testClockId,
  payment: samplePayment({
    ...{ id: 'payment-1', kind: 'charge', state: 'unknown', providerPaymentId: null },
    send: {
      ...newSendRecord('v1-key', 'sealed'),
      ...{ sends: 2, firstSentAt: noon, lastSentAt: noon + minuteMs, nextCheckAt: noon },
      ...send,
    },
  }),
});
const subject = { kind: 'payment', id: 'payment-1' } as const;
const keyIsOver = noon + keyLifeMs;

describe('the window of a search', () => {
  const windowOf = (state: Subscriber) => planCheck(state, subject, contextAt(keyIsOver));

  test('lies narrowly around the sends', () => {
    expect(windowOf(unanswered())).toEqual({
      ...{ kind: 'search_payment', paymentId: 'payment-1', from: noon - searchMarginMs },
      to: noon + minuteMs + reservationMs + searchMarginMs,
    });
  });

  test.each([
    ['the time of the last send is not known, as in an old document', unanswered({ lastSentAt: null })],
    ['the subscriber is on a test clock, which may have moved between the sends', unanswered({}, 'clock-1')],
  ])('covers the whole life of the key where %s', (_name, state) => {
    expect(windowOf(state)).toMatchObject({
      from: noon - searchMarginMs,
      to: keyIsOver + reservationMs + searchMarginMs,
    });
  });
});

describe('two searches that find nothing', () => {
  const absent = { kind: 'absent' } as const;
  const first = noon + absentAfterMs;
  const answer = (state: Subscriber, askedAt: Instant, answeredAt = askedAt): Subscriber => {
    const statusCheck = { checkResult: absent, via: 'list', askedAt } as const;
    const decision = decideCheckResult(state, subject, statusCheck, contextAt(answeredAt));
    return decision.kind === 'ignored' ? state : decision.events.reduce(evolve, state);
  };
  const after = (...searches: readonly (readonly [askedAt: Instant, answeredAt?: Instant])[]) =>
    searches.reduce((state, [askedAt, answeredAt]) => answer(state, askedAt, answeredAt), unanswered());

  test('prove that the payment was never made when they are far enough apart', () => {
    expect(after([first], [first + absentApartMs]).payment).toBeNull();
  });

  test('prove nothing when the first was begun too early, however late its answer came', () => {
    expect(after([first - 1, first + hourMs]).payment?.send.absentSince).toBeNull();
  });

  test('prove nothing when the second was begun too early after the first had ended, however late its answer came', () => {
    const answered = first + 2 * minuteMs;
    const state = after([first, answered], [answered + absentApartMs - 1, answered + hourMs]);
    expect(state.payment).toMatchObject({ state: 'unknown', send: { absentSince: answered } });
  });

  test('a second answer to the first announcement does not put off the search that counts', () => {
    expect(after([first], [first, first + minuteMs]).payment?.send.nextCheckAt).toBe(first + absentApartMs);
  });
});
