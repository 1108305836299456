import { hash } from 'node:crypto';
import type { Trace } from '../application/ports/message-factory.ts';
import { type Instant, toIso } from '../domain/model/instant.ts';
import type { CatalogueEntry } from './catalogue.ts';

export type Envelope = {
  readonly id: string;
  readonly at: Instant;
  readonly trace: Trace;
  /** Of the span that causes the message; null: none is known, and the ids stand in. */
  readonly traceparent?: string | null;
  /** Facts only. */
  readonly sequence?: number;
};

/** The URI reference of this service, as CloudEvents asks. */
const source = '/cinema/billing';

const hex = (text: string, length: number): string => hash('sha256', text, 'hex').slice(0, length);

/** Derived from the ids, so that a repeated message has the same bytes. The flag says that no span was recorded. */
const derivedTraceparent = (correlationId: string, id: string): string =>
  `00-${hex(correlationId, 32)}-${hex(id, 16)}-00`;

/**
 * CloudEvents 1.0 in Kafka's binary mode: attributes are headers, the value is the data alone (docs/architecture.md,
 * "Topics").
 */
export const headersOf = (
  entry: CatalogueEntry,
  subject: string,
  about: Envelope,
): Readonly<Record<string, string>> => ({
  ce_specversion: '1.0',
  ce_id: about.id,
  ce_type: entry.ceType,
  ce_source: source,
  ce_subject: subject,
  ce_time: toIso(about.at),
  ce_dataschema: `urn:cinema-billing:schema:${entry.schemaName}`,
  ...(about.sequence === undefined ? {} : { ce_sequence: String(about.sequence) }),
  ce_correlationid: about.trace.correlationId,
  ...(about.trace.causationId === null ? {} : { ce_causationid: about.trace.causationId }),
  traceparent: about.traceparent ?? derivedTraceparent(about.trace.correlationId, about.id),
  'content-type': 'application/vnd.schemaregistry.v1+json',
});
