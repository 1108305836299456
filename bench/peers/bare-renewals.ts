import { Agent, request } from 'node:http';
import { MongoClient } from 'mongodb';
import { createCoalescedProducer } from './coalesced-producer.ts';
import { activeSubscriber, firstSaveOf, inLanes } from '../support/seed-subscribers.ts';

// A bare client of the same parts. Per renewal two compare-and-sets, one call to the provider and four
// messages. Prints one JSON line. Arguments: renewals, lanes.

const [renewals = 1_000, lanes = 64] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: lanes });
const provider = `http://127.0.0.1:${process.env['SANDBOX_PORT'] ?? ''}/v3/payments`;
const client = new MongoClient(process.env['MONGODB_URL'] ?? '', {
  maxPoolSize: 20,
  writeConcern: { w: 'majority', journal: true },
});
const subscribers = client.db('bench_bare').collection<{ _id: string; version: number }>('subscribers');
const topics = ['payments', 'payments', 'subscriptions', 'entitlements'].map((name) => `bench.${name}`);
const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
const producer = await createCoalescedProducer(brokers, [...new Set(topics)]);

const people = Array.from({ length: renewals }, () => {
  const { subscriber, announce } = firstSaveOf(activeSubscriber(Date.now()));
  return { ...subscriber, _id: subscriber.userId, version: 1, announce, outbox: [] };
});
await subscribers.deleteMany({});
await subscribers.insertMany(people);
await producer.publish(topics.map((topic) => ({ topic, key: 'warm', value: '{}' })));

function charge(key: string): Promise<string> {
  const headers = { 'Content-Type': 'application/json', 'Idempotence-Key': key };
  const body = { amount: { value: '29.00', currency: 'RUB' }, metadata: { user_id: key }, payment_method_id: key };
  return new Promise((resolve, reject) => {
    const call = request(provider, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve(text));
    });
    call.on('error', reject);
    call.end(JSON.stringify(body));
  });
}

async function save(_id: string, version: number, fields: object): Promise<void> {
  const { matchedCount } = await subscribers.updateOne({ _id, version }, { $set: { ...fields, version: version + 1 } });
  if (matchedCount !== 1) throw new Error('the bare client has no rivals');
}

const latencies: number[] = [];
const startedMs = performance.now();
const cpuBefore = process.cpuUsage();
await inLanes(people, lanes, async ({ _id, subscription }) => {
  const laneStartedMs = performance.now();
  const payment = { state: 'sending', subscription, sends: 1 };
  await save(_id, 1, { payment });
  const answer = JSON.parse(await charge(_id)) as { id: string };
  await save(_id, 2, { payment: null, subscription, settled: [{ id: answer.id }] });
  const value = JSON.stringify({ subscription, payment: { ...payment, answer: answer.id } });
  await producer.publish(topics.map((topic) => ({ topic, key: _id, value })));
  latencies.push(performance.now() - laneStartedMs);
});
const cpu = process.cpuUsage(cpuBefore);
const seconds = (performance.now() - startedMs) / 1000;
console.log(JSON.stringify({ seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6, latencies }));
await Promise.all([producer.close(), client.close()]);
process.exit(0);
