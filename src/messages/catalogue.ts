import { channels, messages, published } from './generated/contract.ts';

export type MessageType = keyof typeof messages;
export type SchemaName = keyof typeof published;

export type CatalogueEntry = {
  readonly type: MessageType;
  readonly topic: string;
  /** `subscription-activated.v1`, the name of the newest version. */
  readonly schemaName: SchemaName;
  /** Where the registry keeps the versions of the schema: topic and message type. */
  readonly subject: string;
  /** `cinema.billing.subscription.activated.v1`. */
  readonly ceType: string;
};

const prefix = 'cinema.billing.';
const ceType = /^cinema\.billing\.([a-z_]{1,64}(?:\.[a-z_]{1,64})?)\.v[0-9]{1,4}$/;

export const subjectOf = (channel: keyof typeof channels, type: string): string =>
  `${channels[channel].name}-${prefix}${type}`;

/** The topic, schema and wire names of a message type. */
export function catalogueEntry(type: MessageType): CatalogueEntry {
  const { channel, version, schema } = messages[type];
  return {
    type,
    topic: channels[channel].name,
    schemaName: schema,
    subject: subjectOf(channel, type),
    ceType: `${prefix}${type}.v${version}`,
  };
}

export const isMessageType = (type: string): type is MessageType => Object.hasOwn(messages, type);

/** `cinema.billing.subscription.pay.v1` → `subscription.pay`; null for any other text. */
export const typeFromHeader = (header: string | undefined): string | null => ceType.exec(header ?? '')?.[1] ?? null;

export const isSchemaName = (name: string): name is SchemaName => Object.hasOwn(published, name);
