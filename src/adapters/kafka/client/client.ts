import kafkajs, { type ISocketFactory, type Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs';
import type { Clock } from '../../../application/ports/clock.ts';
import type { Log } from '../../../application/ports/log.ts';
import { createClientLog } from './client-log.ts';
import { repairKafkajs } from './kafkajs-repairs.ts';
import { clientSettings } from './settings.ts';

/** How a client shows who it is, and knows the broker. Null: not in this way. */
export type KafkaIdentity = {
  readonly tls: boolean;
  readonly user: {
    readonly mechanism: 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  } | null;
  /** PEM. Authorities are those that the whole process trusts. */
  readonly certificate: { readonly cert: string; readonly key: string } | null;
};

export type ClientOptions = {
  readonly brokers: readonly string[];
  /** Absent: in plain text and without a user, as in development. */
  readonly identity?: KafkaIdentity;
  readonly clientId: string;
  readonly log: Log;
  readonly clock: Clock;
};

const securityOf = ({ tls, user, certificate }: KafkaIdentity): Pick<KafkaConfig, 'ssl' | 'sasl'> => ({
  ssl: tls && (certificate ?? true),
  ...(user === null ? {} : { sasl: user as SASLOptions }),
});

/**
 * One client per consumer and per producer: kafkajs keeps a group's committed offsets in the client object, and two
 * consumers on one client corrupt each other's.
 */
export function createClient(
  options: ClientOptions,
  more: { readonly retries: number; readonly socketFactory?: ISocketFactory },
): Kafka {
  repairKafkajs();
  const { identity } = options;
  return new kafkajs.Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    ...(identity === undefined ? {} : securityOf(identity)),
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
