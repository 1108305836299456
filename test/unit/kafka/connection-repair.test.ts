import { expect, test } from '@jest/globals';
import { connectAfresh } from '../../../src/adapters/kafka/client/connection-repair.ts';

function connectionOf(isConnected: () => boolean) {
  const destroyed: string[] = [];
  const socket = { destroy: () => destroyed.push('socket') };
  return { ...{ isConnected, socket, destroyed }, chunks: [Buffer.from('half')], bytesBuffered: 4, bytesNeeded: 900 };
}

test('a connection begins without what the last one has left', async () => {
  const connection = connectionOf(() => false);
  await connectAfresh(() => Promise.resolve()).call(connection);
  expect(connection).toMatchObject({ chunks: [], bytesBuffered: 0, bytesNeeded: 4, destroyed: ['socket'] });
});

test('one that is connected keeps what it has received', async () => {
  const connection = connectionOf(() => true);
  await connectAfresh(() => Promise.resolve()).call(connection);
  expect(connection).toMatchObject({ bytesBuffered: 4, bytesNeeded: 900, destroyed: [] });
});

test('all who connect it at once wait for one attempt, and the next one is another', async () => {
  const connection = connectionOf(() => false);
  const attempts = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  let made = 0;
  const connect = connectAfresh(() => {
    made += 1;
    return attempts[made - 1]?.promise ?? Promise.resolve();
  });
  const both = [connect.call(connection), connect.call(connection)];
  expect(made).toBe(1);
  attempts[0]?.reject(new Error('refused'));
  await expect(Promise.allSettled(both)).resolves.toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  attempts[1]?.resolve(undefined);
  await connect.call(connection);
  expect(made).toBe(2);
});
