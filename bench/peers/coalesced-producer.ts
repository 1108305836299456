import kafkajs from 'kafkajs';

export type BareMessage = { readonly topic: string; readonly key: string; readonly value: string };
type Waiting = { readonly messages: readonly BareMessage[]; readonly done: (error: Error | null) => void };

/** Messages that arrive during a send share the next one: the least that any producer under load would do. */
export async function createCoalescedProducer(brokers: readonly string[], topics: readonly string[]) {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 12 })), waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  let waiting: Waiting[] = [];
  let isSending = false;

  async function drain(): Promise<void> {
    isSending = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const byTopic = Map.groupBy(
        batch.flatMap(({ messages }) => messages),
        ({ topic }) => topic,
      );
      const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }));
      const error = await producer.sendBatch({ acks: -1, topicMessages }).then(
        () => null,
        (cause: unknown) => new Error('Kafka did not accept the batch', { cause }),
      );
      for (const { done } of batch) done(error);
    }
    isSending = false;
  }

  return {
    publish: (messages: readonly BareMessage[]): Promise<void> =>
      new Promise((resolve, reject) => {
        waiting.push({ messages, done: (error) => (error === null ? resolve() : reject(error)) });
        if (!isSending) void drain();
      }),
    close: () => producer.disconnect(),
  };
}
