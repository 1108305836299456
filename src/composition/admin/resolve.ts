import { giveCommand } from './give-command.ts';
import { changing, subcommand } from './subcommand.ts';

const results = ['succeeded', 'failed', 'absent'] as const;

export const resolve = subcommand(
  {
    usage: 'npm run admin -- resolve',
    about: "Ends an unknown payment or refund by what the provider's cabinet shows.",
    options: {
      ...changing,
      result: {
        type: 'string',
        value: 'RESULT',
        required: true,
        about: 'what the cabinet shows: succeeded, failed or absent',
        wanted: [/^(succeeded|failed|absent)$/, 'succeeded, failed or absent'],
      },
      'provider-id': { type: 'string', value: 'ID', about: "the object's id in the cabinet; needed with succeeded" },
    },
    operand: { name: 'PAYMENT', about: 'our id of the payment or refund', least: 1, most: 1 },
    example: 'npm run admin -- resolve 9c2d7e10-4b6f-5a1c-8d3e-7f6a5b4c3d2e --result failed --reason "Declined there"',
  },
  async ({ operands: [paymentId = ''], values }, services) => {
    const userId = await services.history.findUser(paymentId);
    const checkResult = results.find((result) => result === values.result);
    if (userId === null || checkResult === undefined) {
      process.stderr.write(`There is no payment or refund ${paymentId}.\n`);
      return 1;
    }
    const { reason = '', 'provider-id': providerObjectId = null } = values;
    const input = { type: 'payment.resolve', userId, paymentId, checkResult, providerObjectId, reason } as const;
    return giveCommand(services, input, values);
  },
);
