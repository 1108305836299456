import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { repairKafkajs } from '../../../src/adapters/kafka/client/kafkajs-repairs.ts';

type Request = { readonly request: { readonly apiName: string } };
type Broker = {
  readonly connect: () => Promise<void>;
  readonly isConnected: () => boolean;
  readonly metadata: (topics: readonly string[]) => Promise<unknown>;
};
type BrokerClass = new (options: object) => Broker;

const kafkajs = createRequire(import.meta.url)('kafkajs/src/broker/index.js') as BrokerClass;
const silence = Object.assign(new Error('no answer'), { name: 'KafkaJSRequestTimeoutError' });
const metadataApi = { apiKey: 3, minVersion: 0, maxVersion: 6 };

/** kafkajs's own broker, over a socket that is open. What the broker is asked is answered by the test. */
function brokerThatAnswers(answer: (apiName: string) => Promise<unknown>, isConnected = () => true): Broker {
  repairKafkajs();
  const connection = { getSupportAuthenticationProtocol: () => null, authenticate: () => Promise.resolve() };
  return new kafkajs({
    logger: { namespace: () => ({ debug: () => undefined }) },
    connectionPool: {
      ...{ host: 'kafka', port: 9092, connectionTimeout: 1_000 },
      isConnected,
      destroy: () => Promise.resolve(),
      getConnection: () => Promise.resolve(connection),
      setVersions: () => undefined,
      setSupportAuthenticationProtocol: () => undefined,
      send: ({ request }: Request) => answer(request.apiName),
    },
  });
}

test('a broker that did not say in time which versions it speaks is asked again', async () => {
  let asked = 0;
  const broker = brokerThatAnswers((apiName) => {
    if (apiName !== 'ApiVersions') return Promise.resolve({ topicMetadata: [] });
    asked += 1;
    if (asked === 1) return Promise.reject(new Error('Request ApiVersions timed out'));
    return Promise.resolve({ apiVersions: [metadataApi] });
  });
  await expect(broker.connect()).rejects.toThrow('timed out');
  expect(broker.isConnected()).toBe(false);
  await broker.connect();
  expect([asked, broker.isConnected()]).toEqual([2, true]);
  await expect(broker.metadata([])).resolves.toEqual({ topicMetadata: [] });
});

test('a request made while a broker is being asked waits for its answer', async () => {
  const versions = Promise.withResolvers<unknown>();
  const broker = brokerThatAnswers((apiName) => (apiName === 'ApiVersions' ? versions.promise : Promise.resolve({})));
  const first = broker.connect();
  const second = broker.connect().then(() => broker.metadata([]));
  expect(broker.isConnected()).toBe(false);
  versions.resolve({ apiVersions: [metadataApi] });
  await Promise.all([first, second]);
});

test.each(['KafkaJSConnectionClosedError', 'KafkaJSRequestTimeoutError'])(
  'a broker that accepts a connection and does not say which versions it speaks counts as one that refuses: %s',
  async (name) => {
    const broker = brokerThatAnswers(() => Promise.reject(Object.assign(new Error('no answer'), { name })));
    await expect(broker.connect()).rejects.toMatchObject({
      ...{ name: 'KafkaJSConnectionError', code: 'ECONNREFUSED', broker: 'kafka:9092', retriable: true },
      message: 'no answer',
    });
  },
);

test('a broker that has answered before is asked again when it is connected anew', async () => {
  let isOpen = true;
  let asked = 0;
  const broker = brokerThatAnswers(
    () => {
      asked += 1;
      return asked === 1 ? Promise.resolve({ apiVersions: [metadataApi] }) : Promise.reject(silence);
    },
    () => isOpen,
  );
  await broker.connect();
  isOpen = false;
  await expect(broker.connect()).rejects.toMatchObject({ name: 'KafkaJSConnectionError', code: 'ECONNREFUSED' });
  expect(asked).toBe(2);
});
