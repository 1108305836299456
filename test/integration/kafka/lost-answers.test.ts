import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Handle } from '../../contract/consumer-runner-suite.ts';
import { isStable, publishAndAwait } from './group-members.ts';
import { openKafkaRoom } from './kafka-room.ts';
import { createStartRunner, until } from './real-runner.ts';

jest.setTimeout(300_000);

/** What a member asks of brokers while another one leaves. */
const requests = {
  ...{ Fetch: 1, OffsetCommit: 8, OffsetFetch: 9, FindCoordinator: 10 },
  ...{ JoinGroup: 11, Heartbeat: 12, SyncGroup: 14 },
};
/** The first member divides the partitions; a third one joins and leaves. */
const members = [
  { name: 'leader', loses: requests },
  { name: 'follower', loses: requests },
  { name: 'leaver', loses: { LeaveGroup: 13 } },
] as const;
type Member = (typeof members)[number];

/** The request never leaves, its answer comes too late, or the connection closes before the answer. */
const losses = ['unsent', 'late', 'closed'] as const;
type Loss = { readonly apiKey: number; readonly how: (typeof losses)[number] };
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
/** kafkajs forgets a broker one of whose two connections was closed, and never closes the other. */
const used = new Set<Connection>();

function failure(name: string, where: Connection): Error {
  const Failure = errors[name];
  if (Failure === undefined) throw new Error('This is not kafkajs 2.2.4.');
  return new Failure(`lost by the test: ${name}`, where);
}

async function losing(this: Connection, sent: Sent): Promise<unknown> {
  used.add(this);
  const loss = armed.get(this.clientId);
  if (loss?.apiKey !== sent.request.apiKey) return send.call(this, sent);
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
afterAll(async () => {
  connection.send = send;
  await Promise.all([...used].map((one) => one.disconnect()));
});

/** A member loses one request of each kind, one after the other. Returns after which not all was handled. */
async function loseEach(how: Loss['how'], { name, loses }: Member): Promise<readonly string[]> {
  const room = await openKafkaRoom();
  const runners = createStartRunner(room);
  const seen = new Set<string>();
  const wrong: string[] = [];
  const handle: Handle = ({ key }) => {
    seen.add(key);
    return Promise.resolve({ kind: 'handled' });
  };
  const clientOf = (member: Member['name']): string => `${room.group} ${member}`;
  const start = (member: Member['name']) =>
    runners.start(handle, {
      clientId: clientOf(member),
      onFatal: (error) => wrong.push(`the ${member} has ended: ${String(error)}`),
    });
  const areAllHandled = (): Promise<void> => publishAndAwait(room, seen);
  try {
    await start('leader');
    await start('follower');
    for (const [request, apiKey] of Object.entries(loses)) {
      try {
        const third = await start('leaver');
        await until(() => isStable(room, 3));
        await areAllHandled();
        armed.set(clientOf(name), { apiKey, how });
        await third.stop();
        await areAllHandled();
        await until(() => !armed.has(clientOf(name)));
        await areAllHandled();
        // One that could not say that it leaves is a member for a session longer. Until then the others could not stop.
        await until(() => isStable(room, 2));
      } catch (error) {
        const { groups } = await room.admin.describeGroups([room.group]);
        const found = groups.map(({ state, members: inGroup }) => `${state}, ${inGroup.length} members`);
        const was = armed.has(clientOf(name)) ? 'not lost' : 'lost';
        wrong.push(`${request} of the ${name}, ${how}, ${was} (${String(found)}): ${String(error)}`);
        break;
      }
    }
  } finally {
    armed.delete(clientOf(name));
    await runners.stopAll();
    await room.close();
  }
  return wrong;
}

test.each(members)(
  'the $name of a group that loses one of its requests, or the answer, keeps no one from consuming',
  async (member) => {
    const wrong = await Promise.all(losses.map((how) => loseEach(how, member)));
    expect(wrong.flat()).toEqual([]);
  },
);
