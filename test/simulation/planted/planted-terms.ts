import type { PlantedBug } from './planted-bug.ts';

/** Mistakes about what a subscriber pays ahead and agrees to. */
export const plantedTerms: readonly PlantedBug[] = [
  {
    name: 'an old cancel that ends what was bought in place of another',
    file: 'src/domain/payment/complete-payment.ts',
    text: '  return { createdAt, orderedAt: command?.acceptedAt ?? createdRealAt };',
    instead: '  return { createdAt };',
  },
  {
    name: 'a period paid ahead, and the one after it too',
    file: 'src/domain/commands/pay.ts',
    text: '  if (isPaidAhead(subscription, context.now)) return',
    instead: '  if (isPaidAhead(subscription, Infinity)) return',
  },
  {
    name: 'a period paid ahead that is counted from the payment',
    file: 'src/domain/subscription/next-term.ts',
    text: 'const unbroken = now < term.periodEnd || (',
    instead: 'const unbroken = now >= term.periodEnd && (',
  },
  {
    name: 'a consent to another amount accepted',
    file: 'src/domain/subscription/consent.ts',
    text: 'sameMoney(thenAmount, price)',
    instead: 'thenAmount.currency === price.currency',
  },
  {
    name: 'a renewal that names the consent of a page',
    file: 'src/domain/payment/open-payment.ts',
    text: '  const { consent } = subscription;',
    instead:
      '  const { consent: own } = subscription;\n  const consent = own == null ? own : { ...own, id: draft.state.commands.at(-1)?.id ?? own.id };',
  },
  {
    name: 'a consent that outlives a cancel',
    file: 'src/domain/subscription/end-renewal.ts',
    text: 'const stopped = { extendedUntil: null, consent: null } as const;',
    instead: 'const stopped = { extendedUntil: null } as const;',
  },
  {
    name: 'a consent lost at the renewal',
    file: 'src/domain/model/subscription.ts',
    text: '...(consent === undefined ? {} : { consent }),',
    instead: '...(consent === undefined || consent === null ? {} : {}),',
  },
  {
    name: 'the comment of a cancel published',
    file: 'src/domain/commands/cancel.ts',
    text: "fact: (ending) => ({ type: 'subscription.cancel_scheduled', reason, ...ending }),",
    instead:
      "fact: (ending) => ({ type: 'subscription.cancel_scheduled', reason: command.comment ?? reason, ...ending }),",
  },
  {
    name: 'the comment of a cancel lost',
    file: 'src/application/outbox/audit-row.ts',
    text: 'comment === undefined ? {} : { comment };',
    instead: 'comment === undefined ? {} : {};',
  },
  {
    name: 'access without its limits',
    file: 'src/domain/subscription/access.ts',
    text: '...(limits === undefined ? {} : { limits }),',
    instead: '...(limits === undefined ? {} : {}),',
  },
  {
    name: 'a charge at night',
    file: 'src/domain/subscription/next-charge.ts',
    text: 'return whenChargingIsAllowed(due, policy);',
    instead: 'return whenChargingIsAllowed(due, { ...policy, chargingHours: null });',
  },
  {
    name: 'a charge that an outage has put off into the night',
    file: 'src/domain/timers/decide-renewal.ts',
    text: "? 'outside of the charging hours' : null;",
    instead: '? null : null;',
    seed: 1_128_001_145,
  },
  {
    name: 'a period paid ahead that is kept when the subscriber leaves',
    file: 'src/domain/payment/refund-unused.ts',
    text: 'isPaidAhead(subscription, at) ? term.periodIndex - 1 : term.periodIndex;',
    instead: 'isPaidAhead(subscription, at) ? term.periodIndex + 1 : term.periodIndex;',
  },
  {
    name: 'a preview of the next charge as it was before',
    file: 'src/application/requests/preview-command.ts',
    text: '    nextCharge: nextChargeOf(after, context.policy),',
    instead: '    nextCharge: nextChargeOf(state, context.policy),',
  },
  {
    name: 'a preview that takes the saved method for a page',
    file: 'src/application/requests/preview-command.ts',
    text: 'payment.methodId === null ?',
    instead: 'payment.methodId !== null ?',
  },
  {
    name: 'a preview that leaves the notices of an end out',
    file: 'src/application/requests/preview-command.ts',
    text: "event is NoticeEvent => 'noticeId' in event;",
    instead: "event is NoticeEvent => 'noticeId' in event && !('endsAt' in event);",
  },
  {
    name: 'a preview of a cancel that is in effect at once',
    file: 'src/application/requests/preview-command.ts',
    text: "input.type === 'subscription.cancel' ? endsAt : null",
    instead: "input.userId === '' ? endsAt : null",
  },
];
