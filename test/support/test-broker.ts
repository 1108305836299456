import { Fault } from '../../src/application/ports/faults.ts';
import type { OutMessage } from '../../src/application/ports/outbox.ts';

/** A broker that keeps what is published, and can be taken down. */
export function createTestBroker() {
  const log: OutMessage[] = [];
  let broken = false;
  return {
    log,
    publisher: {
      publish: (messages: readonly OutMessage[]) => {
        if (broken) return Promise.reject(new Fault('unacknowledged', 'broker is down', { retryable: true }));
        log.push(...messages);
        return Promise.resolve();
      },
    },
    isBroken: () => broken,
    setBroken: (isDown: boolean) => void (broken = isDown),
  };
}
