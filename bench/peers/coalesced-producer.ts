import kafkajs from 'kafkajs';

export type BareMessage = { readonly topic: string; readonly key: string; readonly value: string };
type Waiting = { readonly messages: readonly BareMessage[]; readonly settle: (error: Error | null) => void };

/** What arrives while a send is out travels in the next one: the least that anybody would write who wants load carried. */
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
        (cause: unknown) => new Error('Kafka did not take it', { cause }),
      );
      for (const { settle } of batch) settle(error);
    }
    isSending = false;
  }

  return {
    publish: (messages: readonly BareMessage[]): Promise<void> =>
      new Promise((resolve, reject) => {
        waiting.push({ messages, settle: (error) => (error === null ? resolve() : reject(error)) });
        if (!isSending) void drain();
      }),
    close: () => producer.disconnect(),
  };
}
