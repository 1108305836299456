import { yookassaNumbers } from '../../src/adapters/yookassa/numbers.ts';
import { policyWith } from '../../src/domain/model/policy.ts';

/** What the rules go by where a test changes nothing: our own numbers, and those of YooKassa. */
export const testPolicy = policyWith(yookassaNumbers);
