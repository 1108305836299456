import { Schema } from 'mongoose';
import type { OutMessage } from '../../../../application/ports/outbox.ts';
import type { StoredEntry } from '../../outbox-document.ts';
import { createPart, optional, required } from '../schema.ts';

const { Mixed } = Schema.Types;

const message = createPart<OutMessage>({
  /** The topic it goes to. */
  topic: required(String),
  /** The partition key. */
  key: required(String),
  /** CloudEvents attributes and other headers, all of them text. */
  headers: required(Mixed),
  /** The schema's name and version. */
  schema: required(String),
  /** The value as the schema says; null is a tombstone. */
  value: optional(Mixed),
});

/** What one save still has to publish. */
export const outboxEntry = createPart<StoredEntry>({
  /** The entry's id, by which it is removed once it is published. */
  id: required(String),
  /** Epoch milliseconds of the save, real time. */
  at: required(Number),
  /** The messages, in the order of their publication. */
  messages: required([message] as const),
  /** The rows of the read models. Each names its collection in a field of the same name; columns are the domain's. */
  ledger: required([Mixed] as const),
});
