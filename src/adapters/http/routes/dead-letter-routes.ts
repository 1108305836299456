import type { DeadLetterState } from '../../../application/ports/dead-letters.ts';
import {
  type CloseAnswer,
  discardDeadLetter,
  replayDeadLetter,
} from '../../../application/requests/dead-letter-acts.ts';
import { listDeadLetters, readDeadLetter } from '../../../application/requests/read-dead-letters.ts';
import { invalidAt, Problem } from '../contract/problem.ts';
import { type Answer, ok, type Routes, type UserCall } from '../contract/route.ts';
import type { HttpContext } from './http-context.ts';
import { presentDeadLetter, presentRecord } from './queue-presenters.ts';
import { staffActOf } from './staff-act.ts';

type Query = {
  readonly state?: DeadLetterState;
  readonly topic?: string;
  readonly error_code?: string;
  readonly cursor?: string;
  readonly limit: number;
};

const idOf = ({ path }: UserCall): string => path['dead_letter_id'] ?? '';

async function list(http: HttpContext, call: UserCall): Promise<Answer> {
  const { state = null, topic = null, error_code: errorCode = null, cursor = null, limit } = call.query as Query;
  const found = await listDeadLetters(http, { state, topic, errorCode, cursor, limit });
  if (found === 'no_such_cursor') throw invalidAt('query/cursor', 'must be the next of an earlier page');
  return ok({ dead_letters: found.letters.map(presentDeadLetter), next: found.next });
}

async function read(http: HttpContext, call: UserCall): Promise<Answer> {
  const found = await readDeadLetter(http, idOf(call));
  if (found === null) throw new Problem(404, '3001');
  return ok({ ...presentDeadLetter(found.letter), record: presentRecord(found.record) });
}

/** Why a record is not replayed, for people. */
const refusals = {
  foreign_topic: 'its topic is for other services to read',
  seal_broken: 'it was sealed with another key',
  too_large: 'it is too large to be sent again',
} as const;

function closed(answer: CloseAnswer): Answer {
  switch (answer.kind) {
    case 'not_found':
      throw new Problem(404, '3001');
    case 'closed':
      return ok(presentDeadLetter(answer.letter));
    case 'closed_otherwise':
      throw new Problem(409, '4060', { detail: `it was ${answer.state}` });
    case 'refused':
      throw new Problem(409, '4063', { detail: refusals[answer.refusal] });
  }
}

/** Messages that could not be handled: staff open them, and replay or discard them. */
export const deadLetterRoutes = (http: HttpContext): Routes => ({
  listDeadLetters: { access: 'superuser', handle: (call) => list(http, call) },
  readDeadLetter: { access: 'superuser', handle: (call) => read(http, call) },
  replayDeadLetter: {
    access: 'superuser',
    handle: async (call) => closed(await replayDeadLetter(http, idOf(call), staffActOf(call))),
  },
  discardDeadLetter: {
    access: 'superuser',
    handle: async (call) => closed(await discardDeadLetter(http, idOf(call), staffActOf(call))),
  },
});
