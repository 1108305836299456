import { giveCommand } from './give-command.ts';
import { changing, subcommand, userOperand } from './subcommand.ts';

export const release = subcommand(
  {
    usage: 'npm run admin -- release',
    about: 'Ends the hold of a subscription: what is due is charged again.',
    options: changing,
    operand: userOperand,
    example: 'npm run admin -- release 9f0c1d52-7a3b-4c57-8a2e-0d3a5b6c7d8e --reason "The money is back at the bank"',
  },
  ({ operands: [userId = ''], values }, services) =>
    giveCommand(
      services,
      { type: 'subscription.release', userId: userId.toLowerCase(), reason: values.reason ?? '' },
      values,
    ),
);
