import { readStoredSubscriber } from '../../application/requests/read-stored-subscriber.ts';
import { print, subcommand, userOperand } from './subcommand.ts';

export const readSubscriber = subcommand(
  {
    usage: 'npm run admin -- subscriber',
    about: 'Prints all that is stored of a subscriber, without secrets. Instants are epoch milliseconds.',
    options: {},
    operand: userOperand,
    example: 'npm run admin -- subscriber 9f0c1d52-7a3b-4c57-8a2e-0d3a5b6c7d8e',
  },
  async ({ operands: [userId = ''] }, services) => {
    const found = await readStoredSubscriber(services, userId.toLowerCase());
    if (found !== null) print(found);
    else process.stderr.write(`Nothing is stored of ${userId}.\n`);
    return found === null ? 1 : 0;
  },
);
