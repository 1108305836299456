import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Handle } from '../../contract/consumer-runner-suite.ts';
import { type KafkaRoom, openKafkaRoom } from './kafka-room.ts';
import { createStartRunner, until } from './real-runner.ts';

jest.setTimeout(300_000);

/** What members of a group ask of brokers when one of three leaves: each of those that stay, or only one. */
const requests = {
  ofEach: {
    Fetch: 1,
    OffsetCommit: 8,
    OffsetFetch: 9,
    FindCoordinator: 10,
    JoinGroup: 11,
    Heartbeat: 12,
    SyncGroup: 14,
  },
  ofOne: { Metadata: 3, LeaveGroup: 13 },
};

/** The request never leaves, its answer comes too late, or the connection closes before the answer. */
const losses = ['unsent', 'late', 'closed'] as const;
/** The first of these requests is lost, or the second one. */
const turns = [
  { turn: 1, lost: { ...requests.ofEach, ...requests.ofOne } },
  { turn: 2, lost: requests.ofEach },
] as const;
type Turn = (typeof turns)[number];

type Loss = { readonly apiKey: number; readonly how: (typeof losses)[number]; left: number };
type Sent = { readonly request: { readonly apiKey: number } };
type Connection = {
  readonly clientId: string;
  readonly host: string;
  readonly port: number;
  readonly disconnect: () => Promise<unknown>;
};
type Send = (this: Connection, sent: Sent) => Promise<unknown>;
type Errors = Readonly<Record<string, new (message: string, where?: object) => Error>>;

const load = createRequire(import.meta.url);
const connection = (load('kafkajs/src/network/connection.js') as { readonly prototype: { send: Send } }).prototype;
const errors = load('kafkajs/src/errors.js') as Errors;
const { send } = connection;
/** By the client that loses it. */
const armed = new Map<string, Loss>();

function failure(name: string, where: Connection): Error {
  const Failure = errors[name];
  if (Failure === undefined) throw new Error('This is not kafkajs 2.2.4.');
  return new Failure(`lost by the test: ${name}`, where);
}

async function losing(this: Connection, sent: Sent): Promise<unknown> {
  const loss = armed.get(this.clientId);
  if (loss?.apiKey !== sent.request.apiKey) return send.call(this, sent);
  loss.left -= 1;
  if (loss.left > 0) return send.call(this, sent);
  armed.delete(this.clientId);
  if (loss.how === 'unsent') throw failure('KafkaJSConnectionClosedError', this);
  await send.call(this, sent);
  if (loss.how === 'late') throw failure('KafkaJSRequestTimeoutError', this);
  await this.disconnect();
  throw failure('KafkaJSConnectionClosedError', this);
}

beforeAll(() => {
  connection.send = losing;
});
afterAll(() => {
  connection.send = send;
});

async function isStable({ admin, group }: KafkaRoom, count: number): Promise<boolean> {
  const [found] = (await admin.describeGroups([group])).groups;
  return found?.state === 'Stable' && found.members.length === count;
}

/** Loses one request of each kind, one after the other, each while a third member leaves. Returns after which not all was handled. */
async function loseEach(how: Loss['how'], { turn, lost }: Turn): Promise<readonly string[]> {
  const room = await openKafkaRoom();
  const runners = createStartRunner(room);
  const seen = new Set<string>();
  const wrong: string[] = [];
  const handle: Handle = ({ key }) => {
    seen.add(key);
    return Promise.resolve({ kind: 'handled' });
  };
  const start = () =>
    runners.start(handle, { onFatal: (error) => wrong.push(`a consumer has ended: ${String(error)}`) });
  const areAllHandled = async (): Promise<void> => {
    const keys = Array.from({ length: 30 }, () => randomUUID());
    await room.producer.publish(
      keys.map((key) => room.message(key, 1)),
      20_000,
    );
    await until(() => keys.every((key) => seen.has(key)));
  };
  try {
    await start();
    await start();
    for (const [name, apiKey] of Object.entries(lost)) {
      try {
        const third = await start();
        await until(() => isStable(room, 3));
        await areAllHandled();
        armed.set(room.client.clientId, { apiKey, how, left: turn });
        await third.stop();
        await areAllHandled();
        await until(() => !armed.has(room.client.clientId));
        await areAllHandled();
      } catch (error) {
        const { groups } = await room.admin.describeGroups([room.group]);
        const members = groups.map(({ state, members }) => `${state} ${members.length}`);
        const was = armed.delete(room.client.clientId) ? 'not lost' : 'lost';
        wrong.push(`${name}, ${how}, ${turn}, ${was}, ${String(members)}: ${String(error)}`);
        break;
      }
    }
  } finally {
    armed.delete(room.client.clientId);
    await runners.stopAll();
    await room.close();
  }
  return wrong;
}

test('a member that loses any one of its requests, or the answer, consumes again what its group gives it', async () => {
  const wrong = await Promise.all(losses.flatMap((how) => turns.map((turn) => loseEach(how, turn))));
  expect(wrong.flat()).toEqual([]);
});
