import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spanAttributes } from '../../src/application/ports/tracer.ts';
import { eventually } from '../../tools/client/eventually.ts';
import { type ForeignReader, startForeignReader } from '../support/foreign-reader.ts';
import { type ReceivedSpan, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { sandbox, userOf } from '../support/system-client.ts';

// Every other test of this suite runs without a collector.

let reader: ForeignReader;
let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
beforeAll(async () => {
  receiver = await startOtlpReceiver({ port: Number(process.env['TEST_COLLECTOR_PORT']) });
  reader = await startForeignReader();
}, 60_000);
afterAll(async () => {
  await reader.stop();
  await receiver.close();
});

const traceId = randomBytes(16).toString('hex');
const callerId = randomBytes(8).toString('hex');
const edges = (spans: readonly ReceivedSpan[]): readonly string[] =>
  spans.map(({ service, name, parentSpanId }) => {
    const parent = spans.find(({ spanId }) => spanId === parentSpanId);
    return `${parentSpanId === callerId ? 'caller' : `${parent?.service ?? '?'} ${parent?.name ?? '?'}`} > ${service} ${name}`;
  });

describe('one purchase, as a collector receives it', () => {
  test('is one tree over the API, the consumers, the call of the provider and the facts', async () => {
    const userId = randomUUID();
    const user = await userOf(userId);
    await user.buy('month', { headers: { traceparent: `00-${traceId}-${callerId}-01` } });
    const ours = () => receiver.spans().filter((span) => span.traceId === traceId);
    const buy = 'billing-api POST /api/v1/subscriptions/{pay_system}/buy';
    const pay = 'billing-consumers process subscription.pay';
    const wanted = [
      `caller > ${buy}`,
      `${buy} > billing-api publish billing.commands.v1`,
      `${buy} > ${pay}`,
      `${pay} > billing-consumers save subscriber`,
      `${pay} > billing-consumers provider send`,
      `${pay} > billing-consumers publish billing.subscriptions.v1`,
      `${pay} > billing-consumers publish billing.payments.v1`,
    ];
    const found = await eventually(
      () => Promise.resolve(ours()),
      (spans) => wanted.every((edge) => edges(spans).includes(edge)),
    );
    // Nothing hangs in the air: each span has its parent in the tree.
    expect(edges(found).filter((edge) => edge.startsWith('?'))).toEqual([]);

    // Neighbours find the same trace in the facts, under a span that the collector has.
    const facts = await reader.untilCount(userId, 3);
    const process = found.find(({ name }) => name === 'process subscription.pay');
    expect(new Set(facts.map(({ headers }) => headers['traceparent']))).toEqual(
      new Set([`00-${traceId}-${process?.spanId ?? ''}-01`]),
    );
    await sandbox.payPage(userId);
    await eventually(user.entitlement, ({ json }) => json['active'] === true);

    const names = new Set(receiver.spans().flatMap(({ attributes }) => Object.keys(attributes)));
    expect([...names].filter((name) => !(spanAttributes as readonly string[]).includes(name))).toEqual([]);
    const everything = receiver.bodies.join('\n');
    // The digits of the card as they would be written: those four alone may stand in an id or an instant by chance.
    const card = ['5555555555554444', '*4444', '"4444"'];
    for (const secret of [userId, 'Bearer', ...card, 'checkout', 'test_sandbox'])
      expect(everything).not.toContain(secret);
  }, 60_000);

  test('is not recorded where its caller has not recorded it, and the facts say so', async () => {
    const userId = randomUUID();
    const user = await userOf(userId);
    const quiet = randomBytes(16).toString('hex');
    await user.buy('month', { headers: { traceparent: `00-${quiet}-${callerId}-00` } });
    const facts = await reader.untilCount(userId, 3);
    for (const { headers } of facts)
      expect(headers['traceparent']).toMatch(new RegExp(`^00-${quiet}-[0-9a-f]{16}-00$`));
    expect(receiver.bodies.join('\n')).not.toContain(quiet);
  }, 60_000);
});
