import { join } from 'node:path';
import type { Db } from 'mongodb';
import { logTail } from '../../stack/log-tail.ts';
import type { Asked } from './evidence.ts';
import { unrest } from './quiet.ts';
import { counted } from './report.ts';

const usersMax = 15;
const ourLogs = ['api.log', 'consumers.log', 'jobs.log'];
const readLines = 500;
const shownLines = 12;
const shownChars = 400;

/** The last request of each user, where its outcome is still to come; who has waited for longest comes first. */
const waiting = (asked: readonly Asked[]): readonly Asked[] =>
  [...new Map(asked.map((one) => [one.userId, one])).values()].filter(
    ({ result, status }) => result === 'unknown' || status === 202,
  );

const answerOf = ({ what, status, lostBy }: Asked): string => `${what} ${status ?? lostBy ?? 'no answer'}`;

type Shown = { readonly payment?: { readonly state?: string; readonly send?: object }; readonly announce?: object };

/** What a user waits for, as their document has it. */
async function stateOf(db: Db, asked: Asked): Promise<string> {
  const found = await db.collection<Shown & { _id: string }>('subscribers').findOne({ _id: asked.userId });
  const { payment, announce } = found ?? {};
  const shown = JSON.stringify({ state: payment?.state, send: { ...payment?.send, request: undefined }, announce });
  return `  ${asked.userId}, ${answerOf(asked)}: ${shown}`;
}

/** The last lines of a process that are no everyday ones. */
function complaintsOf(path: string): readonly string[] {
  try {
    const lines = logTail(path, readLines).filter((line) => !/"level":"(info|debug)"/.test(line));
    return [`${path}:`, ...lines.slice(-shownLines).map((line) => `  ${line.slice(0, shownChars)}`)];
  } catch (error) {
    return [`${path}: ${String(error)}`];
  }
}

type Place = { readonly db: Db; readonly brokers: string; readonly logs: readonly string[] };

/**
 * Why no purchase was answered, for the message of a run that ends by it, because its processes are gone before anyone can look.
 * `history` is what was asked since the blow.
 */
export async function describeStall({ db, brokers, logs }: Place, history: readonly Asked[]): Promise<string> {
  const paths = logs.flatMap((folder) => ourLogs.map((name) => join(folder, name)));
  const [moving, states] = await Promise.all([
    unrest(db, brokers, history).catch((error: unknown) => [`not known: ${String(error)}`]),
    Promise.all(
      waiting(history)
        .slice(0, usersMax)
        .map((asked) => stateOf(db, asked)),
    ).catch((error: unknown) => [`not readable: ${String(error)}`]),
  ]);
  return [
    `answers since: ${counted(history.map(answerOf))}`,
    `under way: ${moving.join(', ') || 'nothing'}`,
    'who waits:',
    ...states,
    ...paths.flatMap(complaintsOf),
  ].join('\n');
}
