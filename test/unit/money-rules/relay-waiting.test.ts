import { describe, expect, test } from '@jest/globals';
import type { OutboxEntry } from '../../../src/application/ports/outbox.ts';
import { createRelay } from '../../../src/application/outbox/relay.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const entry = (id: string): OutboxEntry => ({
  id,
  at: 0,
  rows: [],
  messages: [{ topic: 't', key: 'k', headers: {}, schema: 's', value: { id } }],
});
async function settled(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
}

describe('while one user waits for their partition', () => {
  /** A relay whose calls for user "b" are answered by the test; `log` has what was sent, `pulled` what has left its document. */
  function relayWithWaiting() {
    const clock = createManualClock(0);
    const log: unknown[] = [];
    const pulled: string[] = [];
    const answers: PromiseWithResolvers<undefined>[] = [];
    const relay = createRelay({
      store: { pullOutbox: (pulls) => Promise.resolve(void pulled.push(...pulls.flatMap(({ entryIds }) => entryIds))) },
      readModels: { write: () => Promise.resolve() },
      publisher: {
        publish: async (messages) => {
          log.push(...messages.map(({ value }) => value?.['id']));
          if (!messages.some(({ value }) => String(value?.['id']).startsWith('b'))) return;
          const answer = Promise.withResolvers<undefined>();
          answers.push(answer);
          await answer.promise;
        },
      },
      ...{ log: createLogRecorder(), clock },
    });
    const publish = (...ids: readonly string[]): { result: unknown } => {
      const seen: { result: unknown } = { result: 'waiting' };
      void relay.publish(ids[0]?.slice(0, 1) ?? '', ids.map(entry)).then((result) => (seen.result = result));
      return seen;
    };
    /** Shorter than the deadline of a call. */
    const passGrace = async (): Promise<void> => {
      clock.advance(1_000);
      await settled();
    };
    return { relay, log, pulled, answers, publish, passGrace };
  }
  const failure = new Fault('unacknowledged', 'no leader', { retryable: true });

  test('the others are published, and leave their documents', async () => {
    const { log, pulled, publish, passGrace } = relayWithWaiting();
    const calls = [publish('a1'), publish('b1')];
    await settled();
    calls.push(publish('a1', 'a2'), publish('c1'));
    await passGrace();
    expect(calls.map(({ result }) => result)).toEqual([true, 'waiting', true, true]);
    expect([log, pulled]).toEqual([
      ['a1', 'b1', 'a2', 'c1'],
      ['a1', 'a2', 'c1'],
    ]);
  });

  test('their later entries are not sent before the first has arrived', async () => {
    const { relay, log, pulled, answers, publish, passGrace } = relayWithWaiting();
    publish('b1');
    await passGrace();
    const later = publish('b1', 'b2');
    await passGrace();
    expect([log, pulled]).toEqual([['b1'], []]);
    answers[0]?.resolve(undefined);
    await passGrace();
    expect([log, pulled]).toEqual([['b1', 'b2'], ['b1']]);
    let isIdle = false;
    void relay.idle().then(() => (isIdle = true));
    await passGrace();
    expect(isIdle).toBe(false);
    answers[1]?.resolve(undefined);
    await passGrace();
    expect([later.result, pulled, isIdle]).toEqual([true, ['b1', 'b2'], true]);
  });

  test('their later entries fail with the first, and all are sent again in their order', async () => {
    const { log, answers, publish, passGrace } = relayWithWaiting();
    const calls = [publish('b1')];
    await passGrace();
    calls.push(publish('b1', 'b2'));
    answers[0]?.reject(failure);
    await passGrace();
    expect(calls.map(({ result }) => result)).toEqual([false, false]);
    publish('b1', 'b2');
    await passGrace();
    expect(log).toEqual(['b1', 'b1', 'b2']);
  });
});
