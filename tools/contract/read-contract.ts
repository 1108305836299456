import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { bundleSchema } from './bundle-schema.ts';
import { ContractError } from './contract-error.ts';
import { goldenPathOf, sampleOf } from './golden-sample.ts';
import { type JsonSchema, readObject, readSchema } from './read-schema.ts';

export type ContractMessage = {
  /** `subscription.activated`. */
  readonly type: string;
  readonly version: number;
  /** `subscription-activated.v1`. */
  readonly schemaName: string;
  /** As written, for programs that follow a `$ref` into schemas/shared. */
  readonly source: JsonSchema;
  /** Self-contained, as it is registered. */
  readonly schema: JsonSchema;
  /** The golden sample: a complete, plausible value. Built from the examples while the file is missing. */
  readonly golden: unknown;
};

/** A channel as channels.yaml describes it. */
type ChannelDescription = {
  readonly topic: string;
  readonly about: string;
  /** `receive` for commands, timers and hints, which this service must understand; `send` for everything else. */
  readonly receive?: string;
  readonly send?: string;
  /** The field that is also the message key. */
  readonly key?: string;
  /** Whether messages are numbered per user. */
  readonly sequence?: boolean;
  readonly partitions: number;
  readonly config: Readonly<Record<string, number | readonly string[]>>;
  readonly types?: Readonly<Record<string, string>>;
};

export type ContractChannel = Omit<ChannelDescription, 'types'> & {
  readonly name: string;
  readonly messages: readonly ContractMessage[];
};

/** Entries of schemas/ that are not folders of channels. */
const otherFolders = ['golden', 'shared'];

const fileName = /^([a-z]+(?:-[a-z]+)*)\.v([1-9][0-9]*)\.json$/;

const folderOf = (channel: string): string => channel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The contract: the channels of channels.yaml, each with the messages of its folder. */
export function readContract(schemas: string): readonly ContractChannel[] {
  const path = join(schemas, 'channels.yaml');
  const channels = Object.entries(parse(readFileSync(path, 'utf8')) as Readonly<Record<string, ChannelDescription>>);
  const known = [...otherFolders, ...channels.map(([name]) => folderOf(name))];
  const stray = readdirSync(schemas, { withFileTypes: true }).find(
    (entry) => entry.isDirectory() && !known.includes(entry.name),
  );
  if (stray !== undefined)
    throw new ContractError(`${join(schemas, stray.name)} belongs to no channel: describe the channel in ${path}.`);
  return channels.map(([name, { types = {}, ...channel }]) => {
    const messages = readMessages(join(schemas, folderOf(name)), types);
    const keyless = messages.find(({ schema }) => !isRequired(channel.key, schema));
    if (keyless !== undefined)
      throw new ContractError(
        `${keyless.schemaName} does not require ${channel.key ?? ''}, the key of ${name} in ${path}.`,
      );
    return { name, ...channel, messages };
  });
}

/** The pattern of an instant. A bundled schema has no names of shared scalars; this still marks its instants. */
export const readInstantPattern = (schemas: string): string =>
  String(readSchema(join(schemas, 'shared', 'instant.json'))['pattern']);

const isRequired = (field: string | undefined, { required }: JsonSchema): boolean =>
  field === undefined || (Array.isArray(required) && required.includes(field));

function readMessages(folder: string, types: Readonly<Record<string, string>>): readonly ContractMessage[] {
  if (!existsSync(folder)) throw new ContractError(`${folder} is missing: a channel has a folder with its messages.`);
  const messages = readdirSync(folder)
    .sort()
    .map((file) => readMessage(folder, file, types));
  const unused = Object.keys(types).find((name) => !messages.some(({ type }) => type === types[name]));
  if (unused !== undefined) throw new ContractError(`channels.yaml: ${folder} has no message ${unused}.`);
  return messages;
}

function readMessage(folder: string, file: string, types: Readonly<Record<string, string>>): ContractMessage {
  const path = join(folder, file);
  const [, name, version] = fileName.exec(file) ?? [];
  if (name === undefined) throw new ContractError(`${path}: a message is called <noun>-<what-happened>.v<n>.json.`);
  const type = types[name] ?? name.replace('-', '.').replaceAll('-', '_');
  const schemaName = `${name}.v${version ?? ''}`;
  const source = readSchema(path);
  const title = schemaName.replace(/(?:^|[-.])([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (source['title'] !== title) throw new ContractError(`${path}: the title must be ${title}, the name of its type.`);
  const schema = bundleSchema(source);
  const goldenPath = goldenPathOf(join(folder, '..'), schemaName);
  const golden = existsSync(goldenPath) ? readObject(goldenPath) : sampleOf(schema, path, goldenPath);
  return { type, version: Number(version), schemaName, source, schema, golden };
}
