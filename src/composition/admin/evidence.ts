import { presentEvidence } from '../../adapters/http/routes/present-evidence.ts';
import { readEvidence } from '../../application/requests/read-evidence.ts';
import { print, refuse, subcommand } from './subcommand.ts';

export const evidence = subcommand(
  {
    usage: 'npm run admin -- evidence',
    about: 'Prints what a bank may be shown about a payment: what was agreed, announced, charged, given and paid back.',
    options: {},
    operand: { name: 'PAYMENT', about: 'our id of the payment', least: 1, most: 1 },
    example: 'npm run admin -- evidence 9c2d7e10-4b6f-5a1c-8d3e-7f6a5b4c3d2e',
  },
  async ({ operands: [paymentId = ''] }, services) => {
    const found = await readEvidence(services, paymentId);
    if (found === null) return refuse(`There is no payment ${paymentId}.`);
    print(presentEvidence(found));
    return 0;
  },
);
