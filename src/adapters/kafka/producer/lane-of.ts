import kafkajs from 'kafkajs';
import { producerSettings } from '../client/settings.ts';

/** The one that `openProducerLink` uses. It looks at the key, and at how many partitions there are. */
const partitionOf = kafkajs.Partitioners.DefaultPartitioner();
const partitionMetadata = Array.from({ length: producerSettings.lanesOfTopic }, (_, partitionId) => ({
  ...{ partitionId, partitionErrorCode: 0, leader: 0 },
  ...{ replicas: [], isr: [] },
}));

/** The messages of one key and topic are in one lane, in their order. A lane is a partition, if the topic has as many as planned. */
export const laneOf = (topic: string, key: Buffer | string | null): string =>
  key === null ? topic : `${topic}/${partitionOf({ topic, partitionMetadata, message: { key, value: null } })}`;
