import { expect, test } from '@jest/globals';
import { rememberTokens } from '../../../src/adapters/http/auth/remember-tokens.ts';
import { createManualClock } from '../../support/manual-clock.ts';

function remembering() {
  const clock = createManualClock(0);
  const asked: string[] = [];
  const claimsOf = rememberTokens((token: string) => {
    asked.push(token);
    return token.startsWith('bad') ? Promise.reject(new Error('refused')) : Promise.resolve({ of: token });
  }, clock);
  return { clock, asked, claimsOf };
}

test('a token is verified once in a minute, and each for itself', async () => {
  const { clock, asked, claimsOf } = remembering();
  await claimsOf('one');
  clock.advance(59_999);
  expect([await claimsOf('one'), await claimsOf('two')]).toEqual([{ of: 'one' }, { of: 'two' }]);
  expect(asked).toEqual(['one', 'two']);
  clock.advance(1);
  await claimsOf('one');
  expect(asked).toEqual(['one', 'two', 'one']);
});

test('a refusal is verified again each time', async () => {
  const { asked, claimsOf } = remembering();
  for (let time = 0; time < 2; time += 1) await expect(claimsOf('bad')).rejects.toThrow('refused');
  expect(asked).toEqual(['bad', 'bad']);
});

test('when more tokens are used than remembered, the oldest is verified again', async () => {
  const { asked, claimsOf } = remembering();
  for (let index = 0; index <= 10_000; index += 1) await claimsOf(`token ${index}`);
  await claimsOf('token 10000');
  await claimsOf('token 0');
  expect(asked.slice(10_001)).toEqual(['token 0']);
});
