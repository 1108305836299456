import { expect, test } from '@jest/globals';
import { Problem } from '../../../src/adapters/http/contract/problem.ts';
import { answerStatus, commandAnswers } from '../../../src/adapters/http/routes/command-answers.ts';
import { judgeEntry } from '../../../src/application/requests/awaited-outcome.ts';

// A roll: a newer consumer has decided the command, and this API does not know all that the consumer knows.

const command = { commandId: 'c-1', userId: 'u-1', acceptedAt: 0 };
const entry = { id: 'c-1', type: 'subscription.pause', bodyHash: 'hash', acceptedAt: 0, paymentId: null };
const http = { reads: { store: { load: () => Promise.resolve(null) } } } as never;
const resultOf = (outcome: object) => ({
  ...{ command, statusUrl: 'https://cinema.example/status', isReplay: false, language: 'en' as const },
  awaited: judgeEntry({ ...entry, outcome } as never, { bodyHash: 'hash' }, null),
});

const refused = resultOf({ kind: 'rejected', reason: 'paused_too_often' });
const wish = { json: true, returnUrl: 'https://cinema.example/' };

test.each([...commandAnswers])(
  'a reason that this version does not know is a refusal with the reason: %s',
  async (_name, answer) => {
    const problem: unknown = await Promise.resolve()
      .then(() => answer(http, refused, wish))
      .catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ status: 409, body: { code: '0000', detail: 'paused_too_often' } });
  },
);

test('the status of such a command says that it was rejected, and why', async () => {
  const rejection = { code: '0000', detail: 'paused_too_often' };
  expect(await answerStatus(http, refused)).toMatchObject({ status: 200, json: { status: 'rejected', rejection } });
});

test('a command with an outcome of a kind that this version does not know is not answered yet', async () => {
  const later = resultOf({ kind: 'scheduled', at: 0 });
  expect(await answerStatus(http, later)).toMatchObject({ status: 200, json: { status: 'accepted' } });
});
