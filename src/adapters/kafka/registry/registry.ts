import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import type { Clock } from '../../../application/ports/clock.ts';
import { Fault } from '../../../application/ports/faults.ts';
import type { OutMessage } from '../../../application/ports/outbox.ts';
import { createRecent } from '../../../application/services/recent.ts';
import type { RegisteredSchema } from '../../../messages/registered-schemas.ts';
import { classifyLookUpError, isUnknownId, notFramed, poisonOf, unknownSchema } from './registry-errors.ts';
import { registrySettings, type RegistrySettings } from '../client/settings.ts';

export type Decoder = {
  /** Rejects with Poison (never decodable) or a retryable Fault (the registry is unavailable). */
  readonly decode: (bytes: Buffer) => Promise<unknown>;
};

export type Registry = Decoder & {
  /** Without I/O: the ids and schemas were read at start. Throws when the value breaks its schema, null is a tombstone. */
  readonly encode: (message: OutMessage) => Buffer | null;
};

export type RegistryAddress = {
  readonly url: string;
  /** HTTP Basic; null: the registry knows no users. */
  readonly user: { readonly username: string; readonly password: string } | null;
};

type Encoder = { readonly id: number; readonly toBuffer: (value: object) => Buffer };

const magicByte = 0;
const frameBytes = 5;

/**
 * The client of the registry with a timeout, which it lacks. Its validator ignores formats and unknown keywords, because
 * foreign schemas may use them. Our own messages are validated in full where they are built.
 */
const createRegistryClient = ({ url, user }: RegistryAddress, timeoutMs: number): SchemaRegistry =>
  new SchemaRegistry(
    {
      host: url,
      ...(user === null ? {} : { auth: user }),
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

async function lookUp(client: SchemaRegistry, schema: RegisteredSchema): Promise<Encoder | null> {
  try {
    const id = await client.getRegistryIdBySchema(schema.subject, { type: SchemaType.JSON, schema: schema.text });
    const found = await client.getSchema(id);
    return { id, toBuffer: (value) => found.toBuffer(value) };
  } catch (error) {
    if (error instanceof Error && error.name === 'ConfluentSchemaRegistryError') return null;
    const message = `The schema registry could not be asked for the subject ${schema.subject}.`;
    throw new Fault('registry_unavailable', message, { retryable: true, cause: error });
  }
}

/** Decodes any message, also of foreign schemas and of newer ones than this program's. Remembers unknown ids. */
function decoderOf(client: SchemaRegistry, clock: Clock, settings: RegistrySettings): Decoder {
  const unknownSince = createRecent<number, number>(settings.unknownIds);
  const wasRecentlyUnknown = (id: number): boolean =>
    clock.monotonicMs() - (unknownSince.get(id) ?? Number.NEGATIVE_INFINITY) < settings.unknownForMs;
  const schemaOf = async (id: number) => {
    if (wasRecentlyUnknown(id)) throw unknownSchema();
    try {
      return await client.getSchema(id);
    } catch (error) {
      if (isUnknownId(error)) unknownSince.set(id, clock.monotonicMs());
      throw classifyLookUpError(error) ?? error;
    }
  };
  return {
    decode: async (bytes) => {
      if (bytes.length < frameBytes || bytes[0] !== magicByte) throw notFramed();
      const schema = await schemaOf(bytes.readInt32BE(1));
      try {
        const value: unknown = schema.fromBuffer(bytes.subarray(frameBytes));
        return value;
      } catch (error) {
        throw poisonOf(error);
      }
    },
  };
}

/** For tools and tests that only read: nothing is looked up at start. */
export const createDecoder = (
  address: RegistryAddress,
  clock: Clock,
  settings: RegistrySettings = registrySettings,
): Decoder => decoderOf(createRegistryClient(address, settings.timeoutMs), clock, settings);

/** A registry answers slowly right after its start. A restart of this process would not help, so it retries. */
async function lookUpPatiently(
  client: SchemaRegistry,
  schema: RegisteredSchema,
  { clock, settings }: { readonly clock: Clock; readonly settings: RegistrySettings },
): Promise<Encoder | null> {
  for (let attempt = 1; attempt < settings.lookUpAttempts; attempt += 1) {
    try {
      return await lookUp(client, schema);
    } catch {
      await clock.wait(settings.lookUpPauseMs);
    }
  }
  return lookUp(client, schema);
}

/** Sequential: parallel look-ups of several processes overload a registry that has just started. */
async function toEncoders(
  client: SchemaRegistry,
  schemas: readonly RegisteredSchema[],
  patience: { readonly clock: Clock; readonly settings: RegistrySettings },
): Promise<ReadonlyMap<string, Encoder>> {
  const encoders = new Map<string, Encoder>();
  const missing: string[] = [];
  for (const schema of schemas) {
    const encoder = await lookUpPatiently(client, schema, patience);
    if (encoder === null) missing.push(schema.subject);
    else encoders.set(schema.schemaName, encoder);
  }
  if (missing.length > 0) {
    const lacks = `The schema registry lacks this program's schema of ${missing.join(', ')}.`;
    throw new Fault('schemas_missing', `${lacks} Run the deploy step (src/migrate.ts) first.`, { retryable: false });
  }
  return encoders;
}

/** Looks up the id of every schema once, and fails with the names of the missing. Publishing then needs no registry. */
export async function openRegistry(options: {
  readonly address: RegistryAddress;
  readonly schemas: readonly RegisteredSchema[];
  readonly clock: Clock;
  readonly settings?: RegistrySettings;
}): Promise<Registry> {
  const { address, schemas, clock, settings = registrySettings } = options;
  const client = createRegistryClient(address, settings.timeoutMs);
  const encoders = await toEncoders(client, schemas, { clock, settings });
  return {
    ...decoderOf(client, clock, settings),
    encode: ({ schema, value }) => {
      if (value === null) return null;
      const encoder = encoders.get(schema);
      if (encoder === undefined) throw new Error(`There is no registered schema named ${schema}.`);
      const frame = Buffer.alloc(frameBytes);
      frame.writeInt32BE(encoder.id, 1);
      return Buffer.concat([frame, encoder.toBuffer(value)]);
    },
  };
}
