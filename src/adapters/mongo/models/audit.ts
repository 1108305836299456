import { Schema } from 'mongoose';
import type { AuditEntry } from '../../../application/ports/audit.ts';
import { createCollection, createPart, optional, required, text } from './schema.ts';

const { Mixed } = Schema.Types;

export type AuditRow = Omit<AuditEntry, 'id' | 'at'> & { readonly _id: string; readonly at: Date };

const subject = createPart<AuditEntry['subject']>({
  /** `subscriber`, `payment`, or another kind of thing. */
  kind: required(String),
  /** Its id. */
  id: required(String),
});

/** What staff did. Rows are added, and never changed or removed. */
export const audit = createCollection<AuditRow>(
  'audit',
  {
    /** The id of the act; of an order that of its command. */
    _id: required(String),
    /** Real time of the act. */
    at: required(Date),
    /** Who acted. */
    actor: required(String),
    /** What was done. */
    action: required(String),
    /** What it was done to. */
    subject: required(subject),
    /** The user whom it concerns. */
    userId: optional(String),
    /** What was changed, as it was before; null where nothing was. */
    before: optional(Mixed),
    /** What was changed, as it is after; null where nothing was. */
    after: optional(Mixed),
    /** Why, in the words of the actor. */
    reason: text,
    /** What a subscriber has added, sealed. */
    comment: optional(String),
    /** The id of the request, which log lines have as `correlationId`. */
    requestId: required(String),
  },
  [
    { name: 'of_subject', key: { 'subject.id': 1, at: -1 } },
    { name: 'of_user', key: { userId: 1, at: -1 } },
  ],
);
