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
    text: 'recalled?.terms.amount?.amountMinor ?? wantedMinor;',
    instead: 'recalled === null ? wantedMinor : wantedMinor;',
  },
  {
    name: 'a renewal of before a restore that begins at the restore',
    file: 'src/domain/payment/granted-at.ts',
    text: '? null : grantedAt;',
    instead: '? null : null;',
    seed: 1_129_021_063,
  },
  {
    name: 'a forgotten purchase that readers never hear the end of',
    file: 'src/domain/commands/decide-command.ts',
    text: 'return reject(endUndonePurchase(named, again, context), command,',
    instead: 'return reject(named, command,',
    seed: 16_243,
  },
  {
    name: 'a refund of the amount that failed before a restore',
    file: 'src/domain/payment/recalled-refund.ts',
    text: 'last.failed === true ? {} : {',
    instead: 'last.failed === true && taken.length === 0 ? {} : {',
    seed: 15_372,
  },
  {
    name: 'a recalled retry that names a notice of today',
    file: 'src/domain/payment/take-charge.ts',
    text: 'known !== null && (!isRetry || known.at <= createdAt)',
    instead: 'known !== null && (!isRetry || known.at > 0)',
    seed: 15_400,
  },
  {
    name: 'a retry after a restore that names no notice',
    file: 'src/domain/payment/take-charge.ts',
    text: 'return { subscription: noticed, named: { noticeId } };',
    instead: 'return { subscription, named: { noticeId: noticed === null ? "" : noticeId } };',
    seed: 90_196,
  },
  {
    name: 'money that went back before a restore and is paid back again',
    file: 'src/domain/commands/record-refund.ts',
    text: ' - recalledBackMinor(draft.state, paymentId, context)',
    instead: '',
    seed: 303_948,
  },
  {
    name: 'a purchase of before a restore that ends before it is read, unnamed',
    file: 'src/domain/payment/abandon-payment.ts',
    text: 'const named = nameTaken(watched, payment, because, context);',
    instead: 'const named = watched;',
    seed: 3_890_602_205,
  },
  {
    name: 'a forgotten access that readers never hear the end of',
    file: 'src/domain/subscription/finalize-decision.ts',
    text: '!next.active && !endsUnseen(draft, context)',
    instead: '!next.active',
    seed: 3_890_602_205,
  },
  {
    name: 'a later attempt for less taken for an answer of another amount',
    file: 'src/domain/payment/apply-refund.ts',
    text: '!isLater || !isLess || refundNameOf(entry) !== null',
    instead: '!isLater || !isLess || refundNameOf(entry) !== null || entry.attemptNo > 0',
    seed: 26_255,
  },
];
