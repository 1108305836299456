import { staffCauses } from '../../domain/model/payment.ts';
import { giveCommand } from './give-command.ts';
import { changing, refuse, subcommand } from './subcommand.ts';

export const refund = subcommand(
  {
    usage: 'npm run admin -- refund',
    about: 'Gives money of a payment back, in full or in part.',
    options: {
      ...changing,
      amount: {
        type: 'string',
        value: 'KOPECKS',
        about: 'so many kopecks; without it, all that is left',
        wanted: [/^[1-9]\d{0,9}$/, 'an integer of kopecks'],
      },
      access: {
        type: 'string',
        value: 'WHAT',
        required: true,
        about: 'what becomes of access where the whole present period goes back: keep or revoke',
        wanted: [/^(keep|revoke)$/, 'keep or revoke'],
      },
      cause: {
        type: 'string',
        value: 'CAUSE',
        required: true,
        about: staffCauses.join(', '),
        wanted: [new RegExp(`^(${staffCauses.join('|')})$`), `one of ${staffCauses.join(', ')}`],
      },
    },
    operand: { name: 'PAYMENT', about: 'our id of the payment', least: 1, most: 1 },
    example:
      'npm run admin -- refund 9c2d7e10-4b6f-5a1c-8d3e-7f6a5b4c3d2e --access revoke --cause complaint --reason "Could not watch"',
  },
  async ({ operands: [paymentId = ''], values }, services) => {
    const userId = await services.history.findUser(paymentId);
    if (userId === null) return refuse(`There is no payment ${paymentId}.`);
    const { reason = '', amount, access } = values;
    const cause = staffCauses.find((one) => one === values.cause) ?? 'other';
    const what = { amountMinor: amount === undefined ? null : Number(amount), revokeAccess: access === 'revoke' };
    return giveCommand(services, { type: 'payment.refund', userId, paymentId, ...what, cause, reason }, values);
  },
);
