import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { repairKafkajs } from '../../../src/adapters/kafka/client/kafkajs-repairs.ts';

type Queue = { readonly checkPendingRequests: () => void; readonly pending: unknown[]; throttledUntil: number };
type QueueClass = new (options: object) => Queue;

repairKafkajs();
const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as QueueClass;
const silent = { debug: () => undefined, warn: () => undefined };

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('a connection on which no request waits has no timer, and one on which a request waits has one', () => {
  const queue = new RequestQueue({ logger: silent, requestTimeout: 3_000, isConnected: () => true });
  queue.checkPendingRequests();
  expect(jest.getTimerCount()).toBe(0);
  queue.throttledUntil = Infinity;
  queue.pending.push({});
  queue.checkPendingRequests();
  expect(jest.getTimerCount()).toBe(1);
});
