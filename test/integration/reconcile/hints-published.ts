import kafkajs from 'kafkajs';
import { topicNames } from '../../../src/messages/topics.ts';
import { kafkaBrokers } from '../kafka/kafka-room.ts';

const topic = topicNames.hints;

/** The hints on the stack's own topic since now. They are deleted in the end: the services that start later know none of their objects. */
export async function openHints() {
  const kafka = new kafkajs.Kafka({
    clientId: 'hints',
    brokers: [...kafkaBrokers],
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = kafka.admin();
  await admin.connect();
  const written = async (): Promise<number> =>
    (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
  const before = await written();
  return {
    count: async (): Promise<number> => (await written()) - before,
    close: async (): Promise<void> => {
      const ends = (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({ partition, offset: high }));
      await admin.deleteTopicRecords({ topic, partitions: ends });
      await admin.disconnect();
    },
  };
}
