import type { PlantedBug } from './planted-bug.ts';

/** Mistakes after a restore: what the database has forgotten, and the provider, Kafka and its readers have not. */
export const plantedRestores: readonly PlantedBug[] = [
  {
    name: 'what is recalled is sent again',
    file: 'src/domain/payment/take-recalled.ts',
    text: '    ...{ sends: 1, readsOnly: true, firstSentAt: Math.min(createdAt, now) },\n    ...{ reservedAt: sentAt, lastSentAt: sentAt, nextCheckRealAt: realNow },',
    instead: '    ...{ sends: 0, nextCheckRealAt: realNow + sentAt - sentAt + createdAt - createdAt + now - now },',
  },
  {
    name: 'a restored document that counts on from its number',
    file: 'src/domain/subscription/finalize-decision.ts',
    text: 'let sequence = Math.max(before.eventSeq, context.epoch === null ? 0 : firstSequence(context.epoch));',
    instead: 'let sequence = before.eventSeq;',
  },
  {
    name: 'a restore that skips users without a document',
    file: 'src/application/restore/recall-slice.ts',
    text: '    if (userId === null) continue;',
    instead: '    if (userId === null || (await services.store.load(userId)) === null) continue;',
  },
  {
    name: 'read models that stay newer than a restored document',
    file: 'src/application/restore/bring-back.ts',
    text: 'const versions = { above, below: firstSequence(declared) };',
    instead: 'const versions = { above: Infinity, below: firstSequence(declared) };',
  },
  {
    name: 'a refund of before a restore at the amount of today',
    file: 'src/domain/payment/request-refund.ts',
    text: 'recalled?.last.amount.amountMinor ?? wantedMinor;',
    instead: 'recalled === null ? wantedMinor : wantedMinor;',
  },
];
