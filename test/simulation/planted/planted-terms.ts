import type { PlantedBug } from './planted-bug.ts';

/** Mistakes about what a subscriber pays ahead and agrees to. */
export const plantedTerms: readonly PlantedBug[] = [
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
    name: 'a period paid ahead that is kept when the subscriber leaves',
    file: 'src/domain/payment/refund-unused.ts',
    text: 'isPaidAhead(subscription, context.now) ? term.periodIndex - 1 : term.periodIndex;',
    instead: 'isPaidAhead(subscription, context.now) ? term.periodIndex + 1 : term.periodIndex;',
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
    text: 'opened.methodId === null ?',
    instead: 'opened.methodId !== null ?',
  },
];
