import { expect, test } from '@jest/globals';
import { verdictOf } from '../../../src/composition/restore/verdict.ts';

const whole = { unreadable: [], unrecalled: [], unheld: [], unavailable: null };
const payment = { userId: 'u', object: 'payment', id: 'p' } as const;

test.each([
  ['all is recalled', whole, [0, [], 'start the services']],
  ['the provider cannot be read', { ...whole, unavailable: 'http_500' }, [1, [], 'Run the same command again']],
  [
    'a subscriber could not be recalled',
    { ...whole, unrecalled: [payment] },
    [2, ['could not be recalled: the payment p of the user u'], 'are held. docs/disaster.md'],
  ],
  [
    'nor be held',
    { ...whole, unreadable: ['x'], unrecalled: [{ userId: 'u', object: null, id: null }], unheld: ['u'] },
    [
      2,
      ['could not be read, look at it in the cabinet: x', 'could not be recalled: the read models of the user u'],
      'are held, except of those whose document takes no change: u.',
    ],
  ],
] as const)('the command says by its exit code that %s', (_what, recalled, [code, names, sentence]) => {
  expect(verdictOf(recalled)).toEqual({ code, names, sentence: expect.stringContaining(sentence) });
});
