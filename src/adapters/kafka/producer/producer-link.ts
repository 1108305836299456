import net, { type Socket } from 'node:net';
import kafkajs, { type ISocketFactory, type TopicMessages } from 'kafkajs';
import { type ClientOptions, createClient } from '../client/client.ts';
import { clientSettings, producerSettings } from '../client/settings.ts';

/** One connected kafkajs producer. After `sever` none of its retries can reach a broker. */
export type ProducerLink = {
  readonly send: (topicMessages: TopicMessages[]) => Promise<void>;
  readonly close: () => Promise<void>;
  readonly sever: () => void;
};

const keepAliveMs = 60_000;

/**
 * kafkajs cannot stop the retries of a send, and an abandoned send must not arrive after later ones of the same key. So a
 * factory makes every socket and can close them for good; the abandoned retries then fail.
 */
function severable(): { readonly socketFactory: ISocketFactory; readonly sever: () => void } {
  const sockets = new Set<Socket>();
  let isSevered = false;
  return {
    socketFactory: ({ host, port, onConnect }) => {
      const socket = net.connect({ host, port }, onConnect);
      socket.setKeepAlive(true, keepAliveMs);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      if (isSevered) socket.destroy(new Error('this producer was given up'));
      return socket;
    },
    sever: () => {
      isSevered = true;
      for (const socket of sockets) socket.destroy(new Error('this producer was given up'));
    },
  };
}

/**
 * Not idempotent on purpose: kafkajs's idempotent producer can acknowledge a message that the broker dropped as a
 * duplicate. Exactly one send at a time, acknowledged by all in-sync replicas, loses nothing and may repeat.
 */
export async function openProducerLink(options: ClientOptions): Promise<ProducerLink> {
  const { socketFactory, sever } = severable();
  const client = createClient(options, { retries: clientSettings.producerRetries, socketFactory });
  const producer = client.producer({
    idempotent: false,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  return {
    send: async (topicMessages) => {
      await producer.sendBatch({ acks: -1, timeout: producerSettings.ackTimeoutMs, topicMessages });
    },
    close: () => producer.disconnect(),
    sever,
  };
}
