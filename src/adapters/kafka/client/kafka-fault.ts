import kafkajs from 'kafkajs';
import { Fault } from '../../../application/ports/faults.ts';

/** What ends by waiting: no answer, or too late a one. A refusal of the broker, such as of a user, is passed on as it is. */
export function kafkaFault(error: unknown): unknown {
  const passes =
    error instanceof kafkajs.KafkaJSNumberOfRetriesExceeded ||
    error instanceof kafkajs.KafkaJSLockTimeout ||
    (error instanceof kafkajs.KafkaJSError && error.retriable);
  if (!passes) return error;
  return new Fault('kafka_unavailable', `Kafka does not answer: ${error.message}.`, { retryable: true, cause: error });
}
