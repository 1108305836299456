import kafkajs from 'kafkajs';
import { expect, test } from '@jest/globals';
import { kafkaFault } from '../../../src/adapters/kafka/client/kafka-fault.ts';

const late = new kafkajs.KafkaJSRequestTimeoutError('Request Metadata timed out', {} as never);

test.each([
  ['a request without an answer', late],
  ['an address where no broker listens', new kafkajs.KafkaJSError('Connection error: refused')],
  ['the last of the repeats', new kafkajs.KafkaJSNumberOfRetriesExceeded(late, { retryCount: 30, retryTime: 500 })],
])('%s passes by waiting', (_what, error) => {
  expect(kafkaFault(error)).toMatchObject({ code: 'kafka_unavailable', retryable: true, cause: error });
});

test.each([
  ['a refused user', new kafkajs.KafkaJSNonRetriableError('wrong password')],
  ['a bug', new TypeError('undefined is no function')],
])('%s does not', (_what, error) => {
  expect(kafkaFault(error)).toBe(error);
});
