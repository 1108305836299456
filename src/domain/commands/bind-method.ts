import type { CommandBase } from '../model/command.ts';
import { reject } from '../decision/draft.ts';
import type { Policy } from '../model/policy.ts';
import type { BindableType } from '../model/provider.ts';
import { bindMethod as bind } from '../payment/open-binding.ts';
import { attendedLifeMs, type CommandDefinition } from './definition.ts';

export type BindMethodCommand = CommandBase & {
  readonly type: 'payment_method.bind';
  /** As the provider calls it. Only some can be bound; the others are saved by paying. */
  readonly methodType: string;
  readonly returnUrl: string | null;
  /** Null or absent: a page. */
  readonly confirmation?: 'page' | 'qr' | null;
};

const isBindable = (type: string, { bindTypes }: Policy): type is BindableType =>
  (bindTypes as readonly string[]).includes(type);

/** `payment_method.bind`: a card or an account is saved on a page of the provider, and nothing is paid. */
export const bindMethod: CommandDefinition<BindMethodCommand> = {
  // Later, no client waits for the page any more.
  lifeMs: attendedLifeMs,
  lookUps: [],
  plainly: () => ({ methodType: 'bank_card', returnUrl: null }),
  decide: (draft, command, _facts, context) => {
    const { methodType, returnUrl, confirmation = null } = command;
    const { policy } = context;
    const byQr = confirmation === 'qr';
    if (!isBindable(methodType, policy) || (byQr && !policy.qrTypes.includes(methodType)))
      return reject(draft, command, 'binding_unsupported');
    const how = byQr ? { confirmation } : {};
    return bind(draft, command, { methodType, returnUrl, ...how, undoesCancelOf: null, consent: null }, context);
  },
};
