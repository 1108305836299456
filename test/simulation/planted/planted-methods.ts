import type { PlantedBug } from './planted-bug.ts';

const file = 'src/domain/commands/unlink-method.ts';

/** Mistakes about cards that subscribers have unlinked (376-FZ). */
export const plantedMethods: readonly PlantedBug[] = [
  {
    name: 'a page on which no card was saved counts as none',
    file: 'src/domain/decision/page-limit.ts',
    text: "return isUnsent || event.reason === 'provider_refused' ?",
    instead: "return isUnsent || event.reason !== 'provider_refused' ?",
  },
  {
    name: 'an unlinked card charged under its other id',
    file,
    text: '.filter((other) => isSameMethod(other, method))',
    instead: '.filter((other) => other.id === method.id)',
  },
  {
    name: 'a page opened before an unlink saves its card',
    file,
    text: 'return stopCharges(saveNothing(abandoned, unlinked, context), unlinked',
    instead: 'return stopCharges(abandoned, unlinked',
  },
  {
    name: 'a charge that is out kept after an unlink',
    file,
    text: 'const isOut = payment !== null && (isGone',
    instead: 'const isOut = payment !== null && payment.watchedBecause !== null && (isGone',
  },
  {
    name: 'a charge since the acceptance of an unlink kept',
    file,
    text: 'chargedSince(draft, subscription, command.acceptedAt)',
    instead: 'chargedSince(draft, subscription, context.realNow)',
  },
  {
    name: 'a binding opened before an unlink saves its card',
    file: 'src/domain/payment/save-nothing.ts',
    text: "return record(draft, { type: 'binding.tracked', binding: { ...binding, unlinked } });",
    instead: 'return draft;',
  },
  {
    name: 'page after page in one day',
    file: 'src/domain/commands/decide-command.ts',
    text: 'if (opensTooMany(received.state, decided.events, context))',
    instead: 'if (opensTooMany(received.state, [], context))',
  },
  {
    name: 'an eleventh method bound',
    file: 'src/domain/subscription/usable-method.ts',
    text: 'linkedMethods(state).length < linkedMax;',
    instead: 'linkedMethods(state).length < linkedMax + 1;',
  },
  {
    name: 'a default changed unasked by a binding',
    file: 'src/domain/payment/complete-binding.ts',
    text: 'keepsMethod(subscription) && !hasUsableMethod(draft.state, subscription) ? subscription : null',
    instead: 'keepsMethod(subscription) ? subscription : null',
  },
  {
    name: 'a page left open by a cancel that ends the subscription',
    file: 'src/domain/commands/cancel.ts',
    text: "const abandoned = abandonOpenPayment(draft, 'canceled', context);\n  const { mode, refund } = command;",
    instead:
      "const abandoned = draft.state.payment?.kind === 'checkout' ? draft : abandonOpenPayment(draft, 'canceled', context);\n  const { mode, refund } = command;",
  },
];
