import { describe, expect, test } from '@jest/globals';
import { decideCommand } from '../../../src/domain/commands/decide-command.ts';
import type { Decision } from '../../../src/domain/decision/draft.ts';
import { evolve } from '../../../src/domain/decision/evolve.ts';
import { minuteMs } from '../../../src/domain/model/instant.ts';
import type { SendOutcome } from '../../../src/domain/model/provider.ts';
import { newSubscriber, type Subscriber } from '../../../src/domain/model/subscriber.ts';
import { decideCheckResult, decideRefundRetry } from '../../../src/domain/payment/decide-check-result.ts';
import { decideDeferral } from '../../../src/domain/payment/decide-deferral.ts';
import { decideOutcome } from '../../../src/domain/payment/decide-outcome.ts';
import { decideReservation, reserveCreated } from '../../../src/domain/payment/decide-reservation.ts';
import { noon, sampleRefund } from '../../contract/samples.ts';
import type { Cause } from '../../support/state-diagrams/causes.ts';
import { contextAt } from '../../support/state-diagrams/move.ts';
import { answersAbout } from '../../support/state-diagrams/provider-words.ts';
import { createTestSystem, tariffs } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const unknown: SendOutcome = { kind: 'unknown', reason: 'timeout' };

function accepted(decision: Decision): Extract<Decision, { kind: 'accepted' }> {
  if (decision.kind === 'ignored') throw new Error(decision.reason);
  return decision;
}

const after = (state: Subscriber, decision: Decision): Subscriber => accepted(decision).events.reduce(evolve, state);

function purchase(): Decision {
  const command = createTestSystem().payCommand(user, { tariffId: tariffs.month.id });
  const facts = { tariff: tariffs.month, paySystem: { alias: 'yookassa' }, testClock: null, paid: null };
  return decideCommand(newSubscriber(user), { ...command, notAfter: null }, facts, contextAt(noon));
}

/** A purchase that is being sent: its payment was created and reserved in one save. */
function bought() {
  const decision = accepted(reserveCreated(newSubscriber(user), purchase(), contextAt(noon)));
  const state = after(newSubscriber(user), decision);
  const subject = { kind: 'payment' as const, id: state.payment?.id ?? '' };
  return { decision, state, subject };
}

function seen(state: Subscriber, cause: Cause) {
  if (state.payment === null) throw new Error('no open payment');
  const answer = answersAbout(state.payment, state, noon).find((each) => each.cause === cause);
  if (answer === undefined) throw new Error(`the provider never answers ${cause}`);
  return answer.object;
}

/** The provider has authorized the money, and the capture is about to be sent. */
function onHold() {
  const { state, subject } = bought();
  const object = seen(state, 'waiting_for_capture');
  const decision = decideOutcome(state, subject, { kind: 'answered', object }, contextAt(noon));
  return { decision, state: after(state, decision), subject };
}

const seenAgain = (state: Subscriber, subject: ReturnType<typeof bought>['subject']): Decision =>
  decideCheckResult(
    state,
    subject,
    { checkResult: { kind: 'found', object: seen(state, 'waiting_for_capture') }, via: 'notification', askedAt: noon },
    contextAt(noon),
  );

describe('a decision names the effects at the provider', () => {
  test('a new payment is sent, and reserved in the save that creates it if a call slot is free', () => {
    const { decision, state, subject } = bought();
    expect(purchase()).toMatchObject({ effects: [{ kind: 'send', subject }], reserved: null });
    expect(decision).toMatchObject({ effects: [], reserved: subject });
    expect(state.payment?.state).toBe('sending');
  });

  test('an authorization is captured at once', () => {
    const { decision, subject } = onHold();
    expect(decision).toMatchObject({ effects: [{ kind: 'send', subject }], reserved: null });
  });

  test('an authorization seen again is captured only while its capture was never sent', () => {
    const { state, subject } = onHold();
    expect(seenAgain(state, subject)).toMatchObject({ effects: [{ kind: 'send', subject }] });
    const sent = after(state, decideReservation(state, subject, contextAt(noon)));
    expect(seenAgain(sent, subject)).toMatchObject({ effects: [] });
  });

  test('the answer to a repeat leads to a read; no answer, and an answer to a first send, to nothing', () => {
    const { state, subject } = bought();
    const answer = { kind: 'answered' as const, object: seen(state, 'page open') };
    expect(decideOutcome(state, subject, answer, contextAt(noon))).toMatchObject({ effects: [] });
    const lost = decideOutcome(state, subject, unknown, contextAt(noon));
    expect(lost).toMatchObject({ effects: [] });
    const later = contextAt(noon + minuteMs);
    const repeat = decideReservation(after(state, lost), subject, later);
    expect(repeat).toMatchObject({ effects: [], reserved: subject });
    const repeated = after(after(state, lost), repeat);
    expect(decideOutcome(repeated, subject, answer, later)).toMatchObject({ effects: [{ kind: 'check', subject }] });
  });

  test('a refund is sent, also when it is requested again', () => {
    const failed = { ...sampleRefund('payment-1'), state: 'failed' as const, retryAt: noon };
    const retried = decideRefundRetry({ ...newSubscriber(user), refunds: [failed] }, failed.id, contextAt(noon));
    const [refund] = after({ ...newSubscriber(user), refunds: [failed] }, retried).refunds;
    expect(retried).toMatchObject({ effects: [{ kind: 'send', subject: { kind: 'refund', id: refund?.id } }] });
  });

  test('an operation that waits for a free call slot has no effect now', () => {
    const { state, subject } = onHold();
    expect(decideDeferral(state, subject, contextAt(noon))).toMatchObject({ effects: [], reserved: null });
  });
});
