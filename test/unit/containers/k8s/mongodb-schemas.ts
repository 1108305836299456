/**
 * As many of the fields of the MongoDB operator's resource as ours has: no package carries its schema. An unknown field is refused, so a
 * new one is looked up first.
 */
const object = (
  properties: Readonly<Record<string, object>>,
  required: readonly string[] = Object.keys(properties),
) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

const text = { type: 'string', minLength: 1 };
const nameOfSecret = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' };
const reference = object({ name: nameOfSecret });

const user = object(
  {
    name: text,
    db: text,
    passwordSecretRef: reference,
    roles: { type: 'array', items: object({ name: text, db: text }) },
    scramCredentialsSecretName: nameOfSecret,
    connectionStringSecretName: nameOfSecret,
  },
  ['name', 'passwordSecretRef', 'roles', 'scramCredentialsSecretName'],
);

export const mongodbSchemas: Readonly<Record<string, object>> = {
  'mongodbcommunity.mongodb.com/v1 MongoDBCommunity': object({
    apiVersion: { const: 'mongodbcommunity.mongodb.com/v1' },
    kind: { const: 'MongoDBCommunity' },
    metadata: { type: 'object' },
    spec: object({
      type: { const: 'ReplicaSet' },
      members: { type: 'integer', minimum: 1 },
      version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
      security: object({
        authentication: object({
          modes: { type: 'array', items: { enum: ['SCRAM', 'SCRAM-SHA-256', 'SCRAM-SHA-1'] } },
        }),
        tls: object({ enabled: { type: 'boolean' }, certificateKeySecretRef: reference, caConfigMapRef: reference }),
      }),
      users: { type: 'array', items: user },
    }),
  }),
};
