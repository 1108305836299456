import { giveCommand } from './give-command.ts';
import { changing, refuse, subcommand, userOperand } from './subcommand.ts';

export const chargeback = subcommand(
  {
    usage: 'npm run admin -- chargeback',
    about: 'Records that the bank took a payment back, or what became of that: access ends, nothing is charged.',
    options: {
      ...changing,
      date: {
        type: 'string',
        value: 'DATE',
        required: true,
        about: 'the day that the bank names',
        wanted: [/^20\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'a day such as 2026-11-20'],
      },
      amount: {
        type: 'string',
        value: 'KOPECKS',
        required: true,
        about: 'what the bank took',
        wanted: [/^[1-9]\d{0,9}$/, 'an integer of kopecks'],
      },
      won: {
        type: 'string',
        value: 'ANSWER',
        about: 'whether the bank decided for us: yes or no; without it, it has not decided',
        wanted: [/^(yes|no)$/, 'yes or no'],
      },
    },
    operand: { name: 'PAYMENT', about: 'our id of the payment', least: 1, most: 1 },
    example:
      'npm run admin -- chargeback 9c2d7e10-4b6f-5a1c-8d3e-7f6a5b4c3d2e --date 2026-11-20 --amount 29900 --reason "Case 17"',
  },
  async ({ operands: [paymentId = ''], values }, services) => {
    const userId = await services.history.findUser(paymentId);
    if (userId === null) return refuse(`There is no payment ${paymentId}.`);
    const { reason = '', date = '', amount, won } = values;
    const what = { date, amountMinor: Number(amount), won: won === undefined ? null : won === 'yes' };
    return giveCommand(services, { type: 'payment.record_chargeback', userId, paymentId, ...what, reason }, values);
  },
);

export const allowCharges = subcommand(
  {
    usage: 'npm run admin -- allow-charges',
    about: 'Lets a subscriber buy again after a chargeback. What has ended stays ended.',
    options: changing,
    operand: userOperand,
    example: 'npm run admin -- allow-charges 9f0c1d52-7a3b-4c57-8a2e-0d3a5b6c7d8e --reason "They apologised"',
  },
  ({ operands: [userId = ''], values }, services) =>
    giveCommand(
      services,
      { type: 'subscription.allow_charges', userId: userId.toLowerCase(), reason: values.reason ?? '' },
      values,
    ),
);
