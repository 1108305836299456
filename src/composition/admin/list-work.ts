import { type WorkItem, workStates } from '../../application/ports/work-list.ts';
import { subcommand } from './subcommand.ts';

const pageSize = 100;

export const listWork = subcommand(
  {
    usage: 'npm run admin -- list',
    about: 'Prints what waits for a person, one per line as JSON, the oldest first.',
    options: {},
    operand: { name: 'STATE', about: workStates.join(', '), least: 1, most: 1 },
    example: 'npm run admin -- list held',
  },
  async ({ operands: [wanted = ''] }, { workList }) => {
    const state = workStates.find((known) => known === wanted);
    if (state === undefined) {
      process.stderr.write(`STATE is one of ${workStates.join(', ')}, not "${wanted}".\n`);
      return 2;
    }
    let after: WorkItem | null = null;
    for (;;) {
      const items: readonly WorkItem[] = await workList({ state, after, limit: pageSize });
      for (const { since, ...item } of items)
        process.stdout.write(`${JSON.stringify({ since: new Date(since).toISOString(), ...item })}\n`);
      after = items.at(-1) ?? null;
      if (items.length < pageSize) return 0;
    }
  },
);
