import { randomUUID } from 'node:crypto';
import express from 'express';
import { MongoClient } from 'mongodb';
import { createCoalescedProducer } from './coalesced-producer.ts';

// The least that could answer: Express with one acknowledged message, and Express with one indexed find. No token, no
// validation, no metrics. Argument: the port.

const topic = 'bench.commands';
const producer = await createCoalescedProducer((process.env['KAFKA_BROKERS'] ?? '').split(','), [topic]);
const client = new MongoClient(process.env['MONGODB_URL'] ?? '', { maxPoolSize: 20 });
const subscribers = client.db().collection<{ _id: string; entitlement: object }>('subscribers');
const app = express();

app.post('/commands', express.json(), async (request, response) => {
  const id = randomUUID();
  const value = JSON.stringify({ commandId: id, acceptedAt: Date.now(), body: request.body as unknown });
  await producer.publish([{ topic, key: id, value }]);
  response.status(202).json({ command: { id } });
});
app.get('/access/:userId', async (request, response) => {
  const found = await subscribers.findOne({ _id: request.params.userId });
  response.json(found?.entitlement ?? { active: false });
});
app.get('/health', (_request, response) => void response.end());
app.listen(Number(process.argv[2]), '127.0.0.1');
