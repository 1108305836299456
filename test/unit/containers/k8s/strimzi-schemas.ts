/**
 * As many of the fields of Strimzi 1's resources as ours have: no package carries its schemas. An unknown field is refused, so a new
 * one is looked up first.
 */
const resource = (kind: string, spec: object) => ({
  type: 'object',
  additionalProperties: false,
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  properties: {
    apiVersion: { const: 'kafka.strimzi.io/v1' },
    kind: { const: kind },
    metadata: { type: 'object' },
    spec: { type: 'object', additionalProperties: false, ...spec },
  },
});

const operations = [
  ...['Read', 'Write', 'Create', 'Delete', 'Alter', 'Describe', 'ClusterAction', 'AlterConfigs', 'DescribeConfigs'],
  ...['IdempotentWrite', 'All'],
];

const rule = {
  type: 'object',
  additionalProperties: false,
  required: ['resource', 'operations'],
  properties: {
    resource: {
      type: 'object',
      additionalProperties: false,
      required: ['type'],
      properties: {
        type: { enum: ['topic', 'group', 'cluster', 'transactionalId'] },
        name: { type: 'string' },
        patternType: { enum: ['literal', 'prefix'] },
      },
    },
    operations: { type: 'array', items: { enum: operations } },
  },
};

export const strimziSchemas: Readonly<Record<string, object>> = {
  'kafka.strimzi.io/v1 KafkaTopic': resource('KafkaTopic', {
    properties: {
      partitions: { type: 'integer', minimum: 1 },
      replicas: { type: 'integer', minimum: 1, maximum: 32_767 },
      config: { type: 'object' },
    },
  }),
  'kafka.strimzi.io/v1 KafkaUser': resource('KafkaUser', {
    properties: {
      authentication: {
        type: 'object',
        additionalProperties: false,
        required: ['type'],
        properties: { type: { enum: ['tls', 'tls-external', 'scram-sha-512'] } },
      },
      authorization: {
        type: 'object',
        additionalProperties: false,
        required: ['acls', 'type'],
        properties: { type: { const: 'simple' }, acls: { type: 'array', items: rule } },
      },
    },
  }),
};
