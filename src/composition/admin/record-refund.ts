import { giveCommand } from './give-command.ts';
import { changing, refuse, subcommand } from './subcommand.ts';

export const recordRefund = subcommand(
  {
    usage: 'npm run admin -- record-refund',
    about:
      'Records that money went back by other means than the provider: a refund that failed is not asked for again.',
    options: {
      ...changing,
      amount: {
        type: 'string',
        value: 'KOPECKS',
        about: 'so many kopecks; without it, all of the refund, or all that is left of the payment',
        wanted: [/^[1-9]\d{0,9}$/, 'an integer of kopecks'],
      },
    },
    operand: { name: 'REFUND', about: 'our id of the refund, or of the payment', least: 1, most: 1 },
    example: 'npm run admin -- record-refund c4d5e6f7-1a2b-5c3d-8e4f-5a6b7c8d9e0f --reason "Paid to their account"',
  },
  async ({ operands: [paymentId = ''], values }, services) => {
    const userId = await services.history.findUser(paymentId);
    if (userId === null) return refuse(`There is no payment or refund ${paymentId}.`);
    const { reason = '', amount } = values;
    const amountMinor = amount === undefined ? null : Number(amount);
    return giveCommand(services, { type: 'refund.record_external', userId, paymentId, amountMinor, reason }, values);
  },
);
