import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { bundleSchema, type JsonSchema } from './bundle-schema.ts';

export type ContractMessage = {
  /** `subscription.activated`. */
  readonly type: string;
  readonly version: number;
  /** `subscription-activated.v1`. */
  readonly schemaName: string;
  readonly schema: JsonSchema;
  /** The golden sample: a whole value that makes sense, for people. */
  readonly golden: unknown;
};

export type ContractChannel = {
  readonly key: string;
  readonly topic: string;
  readonly about: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
  /** Whether messages of it are orders or hints to us, which we must understand. */
  readonly isReceived: boolean;
  readonly messages: readonly ContractMessage[];
};

/** What this program reads of AsyncAPI; the document itself is validated before (check-documents.ts). */
type Document = {
  readonly channels: Readonly<
    Record<
      string,
      {
        readonly address: string;
        readonly description: string;
        readonly bindings: {
          readonly kafka: {
            readonly partitions: number;
            readonly topicConfiguration: Readonly<Record<string, number | readonly string[]>>;
          };
        };
        readonly messages: Readonly<
          Record<string, { readonly name: string; readonly payload: { readonly schema: { readonly $ref: string } } }>
        >;
      }
    >
  >;
  readonly operations: Readonly<
    Record<string, { readonly action: 'send' | 'receive'; readonly channel: { readonly $ref: string } }>
  >;
};

const ceType = /^cinema\.billing\.([a-z_]+(?:\.[a-z_]+)?)\.v([1-9][0-9]*)$/;

/** The contract as schemas/asyncapi.yaml tells it, every message with its self-contained schema. */
export function readContract(asyncApiPath: string): readonly ContractChannel[] {
  const document = parse(readFileSync(asyncApiPath, 'utf8')) as Document;
  const received = Object.values(document.operations)
    .filter(({ action }) => action === 'receive')
    .map(({ channel }) => channel.$ref);
  return Object.entries(document.channels).map(([key, channel]) => ({
    key,
    topic: channel.address,
    about: channel.description.trim(),
    partitions: channel.bindings.kafka.partitions,
    config: Object.fromEntries(
      Object.entries(channel.bindings.kafka.topicConfiguration).map(([name, value]) => [name, String(value)]),
    ),
    isReceived: received.includes(`#/channels/${key}`),
    messages: Object.values(channel.messages).map(({ name, payload }) =>
      readMessage(name, dirname(asyncApiPath), payload.schema.$ref),
    ),
  }));
}

function readMessage(name: string, folder: string, reference: string): ContractMessage {
  const match = ceType.exec(name);
  if (match === null) throw new Error(`asyncapi.yaml: "${name}" is not a message name (cinema.billing.<type>.v<n>).`);
  const [, type = '', version = ''] = match;
  const schemaName = basename(reference, '.json');
  const expected = `${type.replace(/[._]/g, '-')}.v${version}`;
  if (schemaName !== expected) throw new Error(`asyncapi.yaml: ${name} points to ${schemaName}, not to ${expected}.`);
  const golden: unknown = JSON.parse(readFileSync(join(folder, 'golden', `${schemaName}.json`), 'utf8'));
  return { type, version: Number(version), schemaName, schema: bundleSchema(join(folder, reference)), golden };
}
