import type { DeadLetterState } from '../../application/ports/dead-letters.ts';
import { type CloseAnswer, discardDeadLetter, replayDeadLetter } from '../../application/requests/dead-letter-acts.ts';
import { listDeadLetters, readDeadLetter } from '../../application/requests/read-dead-letters.ts';
import { staffActOf } from './staff-act.ts';
import { changing, print, refuse, subcommand } from './subcommand.ts';

const limit = 100;
/** A person waits at the terminal. */
const publishDeadlineMs = 10_000;
const exampleId = 'billing.commands.v1:4:1207:billing-commands';
const operand = { name: 'ID', about: 'the dead letter', least: 1, most: 1 } as const;

export const deadLetters = subcommand(
  {
    usage: 'npm run admin -- dead-letters',
    about: 'Prints the newest 100 dead letters, without their records.',
    options: {
      state: {
        type: 'string',
        value: 'STATE',
        default: 'open',
        about: 'only those in this state',
        wanted: [/^(open|replayed|discarded)$/, 'open, replayed or discarded'],
      },
      topic: { type: 'string', value: 'TOPIC', about: 'only those of this topic' },
      code: { type: 'string', value: 'CODE', about: 'only those with this error code' },
      cursor: { type: 'string', value: 'CURSOR', about: 'what comes after a page: its `next`' },
    },
    example: 'npm run admin -- dead-letters --topic billing.commands.v1',
  },
  async ({ values }, services) => {
    const { state, topic = null, code: errorCode = null, cursor = null } = values;
    const query = { state: state as DeadLetterState, topic, errorCode, cursor, limit };
    const found = await listDeadLetters(services, query);
    if (found === 'no_such_cursor') return refuse('--cursor must be the next of an earlier page.');
    print(found);
    return 0;
  },
);

export const deadLetter = subcommand(
  {
    usage: 'npm run admin -- dead-letter',
    about: 'Opens a dead letter: prints its record in clear.',
    options: {},
    operand,
    example: `npm run admin -- dead-letter ${exampleId}`,
  },
  async ({ operands: [id = ''] }, services) => {
    const found = await readDeadLetter(services, id);
    if (found === null) return refuse('There is no such dead letter.');
    print(found);
    return 0;
  },
);

/** Why a record is not replayed, for people. */
const refusals = {
  foreign_topic: 'Its topic is for other services to read: discard it.',
  seal_broken: 'It was sealed with another key.',
  too_large: 'It is too large to be sent again.',
} as const;

function closed(answer: CloseAnswer): number {
  switch (answer.kind) {
    case 'not_found':
      return refuse('There is no such dead letter.');
    case 'closed_otherwise':
      return refuse(`It was ${answer.state} before.`);
    case 'refused':
      return refuse(refusals[answer.refusal]);
    case 'closed':
      print({ id: answer.letter.id, state: answer.letter.state });
      return 0;
  }
}

export const replay = subcommand(
  {
    usage: 'npm run admin -- replay',
    about: 'Publishes the record of a dead letter again. What fails again is a new dead letter.',
    options: changing,
    operand,
    example: `npm run admin -- replay ${exampleId} --reason "the bug is mended"`,
  },
  async ({ operands: [id = ''], values }, services) =>
    closed(await replayDeadLetter({ ...services, publishDeadlineMs }, id, staffActOf(values))),
);

export const drop = subcommand(
  {
    usage: 'npm run admin -- drop',
    about: 'Closes a dead letter without carrying it out.',
    options: changing,
    operand,
    example: `npm run admin -- drop ${exampleId} --reason "the order is void"`,
  },
  async ({ operands: [id = ''], values }, services) =>
    closed(await discardDeadLetter(services, id, staffActOf(values))),
);
