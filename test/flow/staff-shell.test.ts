import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { nodeFlags } from '../../stack/run-node.ts';
import type { Json } from '../../tools/client/call.ts';
import { eventually } from '../../tools/client/eventually.ts';
import { sandbox, userOf } from '../support/system-client.ts';

const run = promisify(execFile);

type Ended = { readonly code: number; readonly stdout: string };

/** The program of the image, where there are no tools. */
async function shell(...args: readonly string[]): Promise<readonly [number, Json]> {
  const ran: Promise<Ended> = run(process.execPath, [...nodeFlags, 'src/admin.ts', ...args], { env: process.env }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: unknown) => error as Ended,
  );
  const { code, stdout } = await ran;
  return [code, JSON.parse(stdout) as Json];
}

/** The id of a user who has just paid for a month. */
async function newSubscriber(): Promise<string> {
  const userId = randomUUID();
  const user = await userOf(userId);
  await user.buy('month');
  await sandbox.payPage(userId);
  await eventually(user.entitlement, ({ json }) => json['active'] === true);
  return userId;
}

test('a refund that is given again from the shell with its key is one refund, and another key is another one', async () => {
  const userId = await newSubscriber();
  const { payments } = await sandbox.ledgerOf(userId);
  const { payment_id: id } = (payments as unknown as readonly { readonly metadata: Json }[])[0]?.metadata ?? {};
  const refund = (key: string, amount: string) =>
    shell(
      'refund',
      String(id),
      ...['--amount', amount, '--access', 'keep', '--cause', 'complaint', '--key', key, '--reason', 'late'],
    );
  const refunds = async () => (await sandbox.ledgerOf(userId)).refunds.length;

  const first = await refund('case 17', '100');
  expect(first).toMatchObject([0, { kind: 'completed' }]);
  expect(await refund('case 17', '100')).toEqual(first);
  expect(await refund('case 17', '200')).toEqual([1, { kind: 'other_act' }]);
  expect(await refunds()).toBe(1);
  expect(await refund('case 18', '100')).toMatchObject([0, { kind: 'completed' }]);
  await eventually(refunds, (count) => count === 2);
}, 120_000);

test('a card that staff unlink by the id that the shell shows is charged no more', async () => {
  const userId = await newSubscriber();
  const stored = async () => {
    const [, { state }] = await shell('subscriber', userId);
    return state as { readonly methods: readonly { readonly id: string }[]; readonly subscription: Json };
  };
  const [method] = (await stored()).methods;
  const unlink = (methodId: string) => shell('unlink', userId, methodId, '--reason', 'Asked for by telephone');

  expect(await unlink(randomUUID())).toMatchObject([1, { kind: 'rejected', reason: 'method_not_found' }]);
  expect(await unlink(method?.id ?? '')).toMatchObject([0, { kind: 'completed' }]);
  const stopped = { status: 'active', autoRenew: false, renewalStopped: 'method_unlinked' };
  expect((await stored()).subscription).toMatchObject(stopped);
}, 120_000);
