import net, { type Socket } from 'node:net';
import tls, { type ConnectionOptions } from 'node:tls';
import kafkajs, { type ISocketFactory, type TopicMessages } from 'kafkajs';
import { type ClientOptions, createClient } from '../client/client.ts';
import { clientSettings, producerSettings } from '../client/settings.ts';

/** One connected kafkajs producer. After `sever` none of its retries can reach a broker. */
export type ProducerLink = {
  /** One attempt. See `mayHelp` for another one. */
  readonly send: (topicMessages: TopicMessages[]) => Promise<void>;
  readonly close: () => Promise<void>;
  readonly sever: () => void;
};

const keepAliveMs = 60_000;

type Place = { readonly host: string; readonly port: number; readonly ssl: unknown };

/** As kafkajs's own factory does it. `ssl` is `true`, the options of `createClient`, or nothing. */
function connect({ host, port, ssl }: Place, onConnect: () => void): Socket {
  if (!ssl) return net.connect({ host, port }, onConnect);
  // A name by which the broker shows its certificate; an address is no such name (RFC 6066).
  const servername = net.isIP(host) === 0 ? { servername: host } : {};
  const options: ConnectionOptions = { host, port, ...servername, ...(ssl === true ? {} : ssl) };
  return tls.connect(options, onConnect);
}

/**
 * kafkajs cannot stop the retries of a send, and an abandoned send must not arrive after later ones of the same key. So a
 * factory makes every socket and can close them for good; the abandoned retries then fail.
 */
function severable(): { readonly socketFactory: ISocketFactory; readonly sever: () => void } {
  const sockets = new Set<Socket>();
  let isSevered = false;
  return {
    socketFactory: ({ host, port, ssl, onConnect }) => {
      const socket = connect({ host, port, ssl }, onConnect);
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
    // kafkajs's own repeat leaves out a broker that has answered once. When a failing broker's partitions move there meanwhile, it
    // acknowledges messages that it never sent. A whole repeat, as the send loop makes it, may send some of them twice, in their order.
    retry: { retries: 0 },
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
