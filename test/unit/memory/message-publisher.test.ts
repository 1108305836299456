import { createMessageLog } from '../../../src/adapters/memory/message-log.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { messagePublisherSuite } from '../../contract/message-publisher-suite.ts';

messagePublisherSuite('the log in memory', () => {
  const topic = 'suite';
  const log = createMessageLog([{ name: topic, partitions: 3 }], systemClock);
  return Promise.resolve({
    publisher: log,
    topic,
    schema: 'suite-happened.v1',
    read: () =>
      Promise.resolve(
        log.read(topic).map(({ partition, key, headers, value }) => ({
          partition,
          key,
          headers,
          value: value === null ? null : log.frames.decode(value),
        })),
      ),
    stall: log.stall,
    resume: log.resume,
    close: () => Promise.resolve(),
  });
});
