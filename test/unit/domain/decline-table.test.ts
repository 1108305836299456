import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
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
    expect(classifyDecline(reason)).toBe(expected);
  });

  test('any reason has a class, and unknown ones are retried a few times', () => {
    fc.assert(
      fc.property(fc.string(), (reason) => {
        expect(declineRules[classifyDecline(reason)]).toBeDefined();
      }),
    );
    expect(classifyDecline('constructor')).toBe('soft_limited');
  });
});
