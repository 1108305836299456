import { topics } from '../messages/topics.ts';
import { type Acl, kafkaAcls, kafkaRights } from './kafka-rights.ts';

/** The cluster of the examples; an operator writes the name of theirs. */
const labels = { 'strimzi.io/cluster': 'kafka' };
/** As the deploy step makes topics in production. */
const copies = { replicas: 3, 'min.insync.replicas': 2 } as const;

const topicOf = ({ name, partitions, config }: (typeof topics)[number]) => ({
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'KafkaTopic',
  metadata: { name, labels },
  spec: {
    ...{ partitions, replicas: copies.replicas },
    config: { ...config, 'min.insync.replicas': copies['min.insync.replicas'] },
  },
});

const resourceOf = ({ on, name, prefixed }: Acl) =>
  on === 'cluster' ? { type: on } : { type: on, name, patternType: prefixed ? 'prefix' : 'literal' };

const userOf = (user: string) => ({
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'KafkaUser',
  metadata: { name: user, labels },
  spec: {
    authentication: { type: 'scram-sha-512' },
    authorization: {
      type: 'simple',
      acls: kafkaAcls
        .filter((acl) => acl.user === user)
        .map((acl) => ({ resource: resourceOf(acl), operations: [acl.operation] })),
    },
  },
});

/** The topics and users of the contract as resources of the Strimzi operator, by the name of their file. */
export const strimziExamples: Readonly<Record<string, readonly object[]>> = {
  'topics.yaml': topics.map(topicOf),
  'users.yaml': Object.keys(kafkaRights).map(userOf),
};
