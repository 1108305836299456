import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eventCounters } from '../../../src/adapters/metrics/event-counters.ts';
import { boundTo, combinations } from '../../../src/adapters/metrics/label-values.ts';
import { createMeter } from '../../../src/adapters/metrics/meter.ts';
import { createProcessMetrics } from '../../../src/adapters/metrics/process-metrics.ts';
import { dayMs, hourMs, secondMs } from '../../../src/domain/model/instant.ts';
import { metricLines } from '../../support/metric-lines.ts';
import { testPolicy } from '../../support/policy.ts';
import { testCipher } from '../../support/test-cipher.ts';
import { createTestSystem, tariffs } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

function setUp() {
  const metrics = createProcessMetrics({ process: 'consumers', version: '1.2.3' });
  const meter = createMeter(metrics, ['commands', 'timers']);
  return { metrics, meter, lines: () => metricLines(metrics) };
}

/** A system whose saves are counted. */
function setUpSystem() {
  const { meter, lines } = setUp();
  const system = createTestSystem({ timeZone: testPolicy.timeZone, sold: Object.values(tariffs), meter });
  const seen = async () => {
    const all = await lines();
    return (series: string): number | undefined => all.get(`billing_${series}`);
  };
  return { system, lines, seen };
}

describe('what a life comes to in metrics', () => {
  test('a purchase is a payment, an activation, a command, and a time from paid to access', async () => {
    const { system, seen } = setUpSystem();
    await system.pay(user);
    const before = await seen();
    expect(before('payments_total{kind="checkout",outcome="created"}')).toBe(1);
    expect(before('payments_total{kind="checkout",outcome="succeeded"}')).toBe(0);
    expect(before('paid_to_access_seconds_count{kind="checkout"}')).toBe(0);
    await system.payPage(user);
    const after = await seen();
    expect(after('payments_total{kind="checkout",outcome="succeeded"}')).toBe(1);
    expect(after('subscriptions_total{change="activated"}')).toBe(1);
    expect(after('commands_total{outcome="completed"}')).toBe(1);
    expect(after('paid_to_access_seconds_count{kind="checkout"}')).toBe(1);
    expect(after('paid_to_access_seconds_bucket{le="10",kind="checkout"}')).toBe(1);
  });

  test('a declined renewal and its recovery are a decline by class, a past due and a renewal', async () => {
    const { system, seen } = setUpSystem();
    await system.pay(user);
    await system.payPage(user);
    const method = (await system.state(user)).methods[0]?.id ?? '';
    system.provider.setMethod(method, { next: 'insufficient_funds', always: 'succeeded' });
    await system.pass(30 * dayMs, 6 * hourMs);
    const value = await seen();
    expect(value('payments_total{kind="charge",outcome="failed"}')).toBe(1);
    expect(value('declines_total{class="soft_funds"}')).toBe(1);
    expect(value('declines_total{class="merchant"}')).toBe(0);
    expect(value('subscriptions_total{change="past_due"}')).toBe(1);
    expect(value('subscriptions_total{change="renewed"}')).toBe(1);
  });

  test('notices, an unlink with the renewal that it stops, and contacts are counted, for the law', async () => {
    const { system, seen } = setUpSystem();
    await system.pay(user);
    await system.payPage(user);
    await system.pass(30 * dayMs, 6 * hourMs);
    const methodId = (await system.state(user)).methods[0]?.id ?? '';
    await system.order(user, { type: 'payment_method.unlink', methodId });
    await system.order(user, {
      type: 'receipt_contact.set',
      email: testCipher.seal(Buffer.from('viewer@cinema.example')),
      phone: null,
    });
    await system.order(user, { type: 'receipt_contact.clear' });
    await system.pass(30 * dayMs, 6 * hourMs);
    const value = await seen();
    expect(value('notices_total{kind="renewal_upcoming"}')).toBe(1);
    expect(value('notices_total{kind="ending"}')).toBe(2);
    expect(value('unlinks_total{by="subscriber"}')).toBe(1);
    expect(value('unlinks_total{by="staff"}')).toBe(0);
    expect(value('subscriptions_total{change="renewal_stopped"}')).toBe(1);
    expect(value('receipt_contacts_total{change="set"}')).toBe(1);
    expect(value('receipt_contacts_total{change="cleared"}')).toBe(1);
  });

  test('no id, no address and no amount of a subscriber is exported', async () => {
    const { system, lines } = setUpSystem();
    await system.pay(user);
    await system.payPage(user);
    await system.pass(30 * dayMs, 6 * hourMs);
    const exported = [...(await lines()).keys()].join('\n');
    const { subscription, methods, captures } = await system.state(user);
    expect(captures.length).toBeGreaterThan(1);
    const secrets = [user, subscription?.id, methods[0]?.id, ...captures.map(({ paymentId }) => paymentId)];
    expect(secrets.filter((secret) => secret !== undefined && exported.includes(secret))).toEqual([]);
    expect(exported).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|http:|@/);
  });
});

describe('a label', () => {
  test('has a value of its list, whatever is given', () => {
    const labels = { kind: ['checkout', 'charge'], outcome: ['failed'] };
    const known = new Set(['checkout', 'charge', 'failed', 'other']);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('kind', 'outcome', 'userId'), fc.string()), (given) => {
        const bound = boundTo(labels, given);
        expect(Object.keys(bound)).toEqual(['kind', 'outcome']);
        expect(Object.values(bound).filter((value) => !known.has(value))).toEqual([]);
      }),
    );
  });

  test('of every counter of events allows few series, each there from the start at 0', async () => {
    const { lines } = setUp();
    const exported = await lines();
    for (const { name, labels } of eventCounters) {
      const series = combinations(labels).map((one) =>
        Object.entries(one)
          .map(([label, value]) => `${label}="${value}"`)
          .join(','),
      );
      expect(series.length).toBeLessThanOrEqual(20);
      expect(series.filter((one) => exported.get(`${name}{${one}}`) !== 0)).toEqual([]);
    }
  });

  test('that no list has is counted as another one', async () => {
    const { meter, lines } = setUp();
    meter.asked({ operation: 'send', outcome: user, durationMs: 1 });
    expect((await lines()).get('billing_provider_requests_total{operation="send",outcome="other"}')).toBe(1);
  });
});

test('messages, dead letters and calls of the provider are counted with their time', async () => {
  const { meter, lines } = setUp();
  meter.finished({ consumer: 'timers', outcome: 'deadLettered', durationMs: 2 * secondMs });
  meter.deadLettered({ consumer: 'timers', reason: 'no_key' });
  meter.noticeReported('dropped');
  meter.asked({ operation: 'send', outcome: 'unknown', durationMs: 35 * secondMs });
  const exported = await lines();
  expect(exported.get('billing_messages_total{consumer="timers",outcome="dead_lettered"}')).toBe(1);
  expect(exported.get('billing_messages_total{consumer="commands",outcome="dead_lettered"}')).toBe(0);
  expect(exported.get('billing_message_seconds_sum{consumer="timers"}')).toBe(2);
  expect(exported.get('billing_dead_letters_total{consumer="timers",reason="no_key"}')).toBe(1);
  expect(exported.get('billing_notice_reports_total{outcome="dropped"}')).toBe(1);
  expect(exported.get('billing_provider_requests_total{operation="send",outcome="unknown"}')).toBe(1);
  expect(exported.get('billing_provider_request_seconds_bucket{le="20",operation="send"}')).toBe(0);
  expect(exported.get('billing_provider_request_seconds_bucket{le="35",operation="send"}')).toBe(1);
  expect(exported.get('billing_build_info{process="consumers",version="1.2.3"}')).toBe(1);
});
