import { giveCommand } from './give-command.ts';
import { changing, subcommand } from './subcommand.ts';

export const unlink = subcommand(
  {
    usage: 'npm run admin -- unlink',
    about: 'Unlinks a payment method at the request of its owner: it is never charged again.',
    options: changing,
    operand: {
      name: 'USER METHOD',
      about: 'the user, and the id of the method that "subscriber" shows',
      least: 2,
      most: 2,
    },
    example:
      'npm run admin -- unlink 9f0c1d52-7a3b-4c57-8a2e-0d3a5b6c7d8e 2c5d8a1e-000f-5000-8000-1db8a1f0e1a2 --reason "Asked for by telephone"',
  },
  ({ operands: [userId = '', methodId = ''], values }, services) =>
    giveCommand(
      services,
      { type: 'payment_method.unlink', userId: userId.toLowerCase(), methodId, reason: values.reason ?? '' },
      values,
    ),
);
