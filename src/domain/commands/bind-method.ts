import type { CommandBase } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { type Draft, reject } from '../decision/draft.ts';
import type { Policy } from '../model/policy.ts';
import type { BindableType } from '../model/provider.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { keepsMethod } from '../model/subscription-questions.ts';
import { bindMethod as bind } from '../payment/open-binding.ts';
import { consentTo, isAsShown } from '../subscription/consent.ts';
import { chargeOnceBoundAt } from '../subscription/next-charge.ts';
import { renews } from '../subscription/renews.ts';
import { hasUsableMethod } from '../subscription/usable-method.ts';
import type { WithTerms } from './agree-to-page.ts';
import { attendedLifeMs, type CommandDefinition } from './definition.ts';

export type BindMethodCommand = CommandBase &
  WithTerms & {
    readonly type: 'payment_method.bind';
    /** As the provider calls it. Only some can be bound; the others are saved by paying. */
    readonly methodType: string;
    readonly returnUrl: string | null;
    /** Null or absent: a page. */
    readonly confirmation?: 'page' | 'qr' | null;
  };

const isBindable = (type: string, { bindTypes }: Policy): type is BindableType =>
  (bindTypes as readonly string[]).includes(type);

/** The subscription that renews and that the method would be charged for; null where it is only saved. */
function chargedFor({ state }: Draft): LiveSubscription | null {
  const { subscription } = state;
  const isCharged = keepsMethod(subscription) && renews(subscription) && !hasUsableMethod(state, subscription);
  return isCharged ? subscription : null;
}

/** Whether its terms say what the method would be charged. Without terms the consent stays as it is. */
function agrees(charged: LiveSubscription | null, { terms = null }: WithTerms, { now, policy }: Context): boolean {
  if (charged === null || terms === null) return true;
  return isAsShown(terms, { tariff: charged.tariff, firstAt: chargeOnceBoundAt(charged) ?? now }, policy);
}

/** `payment_method.bind`: a card or an account is saved on a page of the provider, and nothing is paid. */
export const bindMethod: CommandDefinition<BindMethodCommand> = {
  // Later, no client waits for the page any more.
  lifeMs: attendedLifeMs,
  lookUps: [],
  plainly: () => ({ methodType: 'bank_card', returnUrl: null }),
  decide: (draft, command, _facts, context) => {
    const { methodType, returnUrl, confirmation = null, terms = null } = command;
    const { policy } = context;
    const byQr = confirmation === 'qr';
    if (!isBindable(methodType, policy) || (byQr && !policy.qrTypes.includes(methodType)))
      return reject(draft, command, 'binding_unsupported');
    const charged = chargedFor(draft);
    if (!agrees(charged, command, context)) return reject(draft, command, 'amount_changed');
    const consent = charged === null || terms === null ? null : consentTo(terms, command.commandId, context);
    const how = byQr ? { confirmation } : {};
    return bind(draft, command, { methodType, returnUrl, ...how, undoesCancelOf: null, consent }, context);
  },
};
