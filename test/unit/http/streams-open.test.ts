import { expect, test } from '@jest/globals';
import { Problem } from '../../../src/adapters/http/contract/problem.ts';
import { createStreamsOpen } from '../../../src/adapters/http/routes/streams-open.ts';

async function first(events: AsyncIterable<unknown>) {
  const iterator = events[Symbol.asyncIterator]();
  await iterator.next();
  return iterator;
}

async function* endless() {
  for (;;) {
    yield { data: 'status' };
    await Promise.resolve();
  }
}

test('a user has ten streams at most, others have theirs, and a closed one makes room', async () => {
  const streams = createStreamsOpen();
  const open = () => first(streams.opened('anna', endless));
  const opened = [];
  for (let count = 0; count < 10; count += 1) opened.push(await open());
  expect(() => streams.opened('anna', endless)).toThrow(Problem);
  await first(streams.opened('boris', endless));
  await opened[0]?.return?.();
  await open();
  expect(() => streams.opened('anna', endless)).toThrow(expect.objectContaining({ status: 429 }));
});
