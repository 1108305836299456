import kafkajs, { type ISocketFactory, type Kafka } from 'kafkajs';
import type { Clock } from '../../../application/ports/clock.ts';
import type { Log } from '../../../application/ports/log.ts';
import { createClientLog } from './client-log.ts';
import { repairKafkajs } from './kafkajs-repairs.ts';
import { clientSettings } from './settings.ts';

export type ClientOptions = {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly log: Log;
  readonly clock: Clock;
};

/**
 * One client per consumer and per producer: kafkajs keeps a group's committed offsets in the client object, and two
 * consumers on one client corrupt each other's.
 */
export function createClient(
  options: ClientOptions,
  more: { readonly retries: number; readonly socketFactory?: ISocketFactory },
): Kafka {
  repairKafkajs();
  return new kafkajs.Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: clientSettings.connectionTimeoutMs,
    requestTimeout: clientSettings.requestTimeoutMs,
    enforceRequestTimeout: true,
    logLevel: kafkajs.logLevel.WARN,
    logCreator: createClientLog(options.log, options.clock),
    retry: {
      initialRetryTime: clientSettings.initialRetryMs,
      maxRetryTime: clientSettings.maxRetryMs,
      multiplier: 1.5,
      factor: 0.2,
      retries: more.retries,
    },
    ...(more.socketFactory === undefined ? {} : { socketFactory: more.socketFactory }),
  });
}
