import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';

/**
 * The client of the registry with what it lacks: a timeout. Its validator ignores formats and unknown keywords, because a
 * foreign schema that uses them is no reason to refuse its messages; our own are validated in full where they are made.
 */
export const createRegistryClient = (url: string, timeoutMs: number): SchemaRegistry =>
  new SchemaRegistry(
    {
      host: url,
      middlewares: [
        () => ({
          prepareRequest: async (next) => {
            const request = await next();
            return request.enhance({ timeout: timeoutMs });
          },
        }),
      ],
    },
    { [SchemaType.JSON]: { strict: false, validateFormats: false, logger: false } },
  );
