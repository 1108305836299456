import { print, subcommand } from './subcommand.ts';

const limit = 100;

export const readAudit = subcommand(
  {
    usage: 'npm run admin -- audit',
    about: 'Prints what staff did about a user or a thing, the newest 100 first.',
    options: {},
    operand: { name: 'ID', about: 'the user, the payment or another thing', least: 1, most: 1 },
    example: 'npm run admin -- audit 9f0c1d52-7a3b-4c57-8a2e-0d3a5b6c7d8e',
  },
  async ({ operands: [about = ''] }, { audit }) => {
    const entries = await audit.list({ about, limit, page: 1 });
    print(entries.map(({ at, ...entry }) => ({ at: new Date(at).toISOString(), ...entry })));
    return 0;
  },
);
