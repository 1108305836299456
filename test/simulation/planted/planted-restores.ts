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
  {
    name: 'a renewal of before a restore that begins at the restore',
    file: 'src/domain/payment/granted-at.ts',
    text: '? null : capturedAt;',
    instead: '? null : null;',
    seed: 8_805_317,
  },
  {
    name: 'a forgotten purchase that readers never hear the end of',
    file: 'src/domain/commands/decide-command.ts',
    text: 'return reject(endUndonePurchase(named, again, context), command,',
    instead: 'return reject(named, command,',
    seed: 8_810_542,
  },
  {
    name: 'a binding of a backup that ends unnamed',
    file: 'src/domain/payment/fail-binding.ts',
    text: 'closeBinding(nameUndone(draft, binding, context), binding, reason);',
    instead: 'closeBinding(draft, binding, reason);',
    seed: 8_815_335,
  },
  {
    name: 'a command read again that takes the payment of a later one',
    file: 'src/domain/commands/decide-command.ts',
    text: 'taken.createdAt < acceptedAt - marginMs || taken.createdAt > expiredAt + policy.keyLifeMs',
    instead: 'taken.createdAt < acceptedAt - marginMs && taken.createdAt > expiredAt + policy.keyLifeMs',
    seed: 9_302_220,
  },
  {
    name: 'a recalled retry that names a notice of today',
    file: 'src/domain/payment/take-charge.ts',
    text: 'known !== null && (!isRetry || known.at <= createdAt)',
    instead: 'known !== null && (!isRetry || known.at > 0)',
    seed: 9_110_596,
  },
  {
    name: 'money that went back before a restore and is paid back again',
    file: 'src/domain/commands/record-refund.ts',
    text: ' - recalledBackMinor(draft.state, paymentId, context)',
    instead: '',
    seed: 9_104_963,
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
];
