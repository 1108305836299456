import { expect, test } from '@jest/globals';
import { releaseBlocked } from '../../../src/adapters/kafka/consumer/release-blocked.ts';
import { hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createMemoryBlockedKeys } from '../../fakes/blocked-keys.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const pauses = { firstMs: minuteMs, lastMs: hourMs };

test.each([
  ['in half an hour', hourMs / 2, []],
  ['three hours ahead, which only a wrong clock writes', 3 * hourMs, ['4']],
])('a key whose message is due %s', async (_when, aheadMs, expected) => {
  const clock = createManualClock(1_790_000_000_000);
  const blockedKeys = createMemoryBlockedKeys();
  const place = { group: 'g', topic: 't', partition: 0, offset: '4', key: 'user', sealed: '', timestamp: 0 };
  const failure = { error: { name: 'TypeError', message: 'decide' }, retryAt: clock.now() + aheadMs };
  await blockedKeys.park({ ...place, parkedAt: clock.now() }, failure);
  const tried: string[] = [];
  const tryAgain = ({ offset }: { readonly offset: string }) => Promise.resolve(void tried.push(offset));
  const services = { blockedKeys, clock, log: createLogRecorder(), group: 'g', tryAgain, pauses };
  await releaseBlocked(services, await blockedKeys.list('g'));
  expect(tried).toEqual(expected);
});
