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
    const { methodType, returnUrl } = command;
    if (!isBindable(methodType, context.policy)) return reject(draft, command, 'binding_unsupported');
    return bind(draft, command, { methodType, returnUrl, undoesCancelOf: null, consent: null }, context);
  },
};
