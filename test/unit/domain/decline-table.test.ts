import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { yookassaNumbers } from '../../../src/adapters/yookassa/numbers.ts';
import { classifyDecline, declineRules } from '../../../src/domain/model/decline-table.ts';

describe('declines', () => {
  test.each([
    ['insufficient_funds', 'soft_funds'],
    ['issuer_unavailable', 'technical'],
    ['payment_method_limit_exceeded', 'soft_next_day'],
    ['card_expired', 'hard_method'],
    ['permission_revoked', 'hard_method'],
    ['fraud_suspected', 'hard_risk'],
    ['3d_secure_failed', 'user_action'],
    ['expired_on_capture', 'merchant'],
  ])('%s is %s', (reason, expected) => {
    expect(classifyDecline(reason, yookassaNumbers)).toBe(expected);
  });

  test('a reason of our own is ours, whatever a provider calls so', () => {
    const declineClasses = { provider_absent: 'hard_risk', lost_card: 'hard_method' } as const;
    expect(classifyDecline('provider_absent', { declineClasses })).toBe('technical');
    expect(classifyDecline('lost_card', { declineClasses })).toBe('hard_method');
    expect(classifyDecline('lost_card', yookassaNumbers)).toBe('soft_limited');
  });

  test('any reason has a class, and unknown ones are retried a few times', () => {
    fc.assert(
      fc.property(fc.string(), (reason) => {
        expect(declineRules[classifyDecline(reason, yookassaNumbers)]).toBeDefined();
      }),
    );
    expect(classifyDecline('constructor', yookassaNumbers)).toBe('soft_limited');
  });
});
