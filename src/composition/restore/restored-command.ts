import { changing } from '../admin/subcommand.ts';
import type { Command } from '../command-line/command.ts';

const time = [
  /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/,
  'a day or a time in UTC, such as 2026-11-24T12:00Z',
] as const;

/** `npm run restored`, and the same inside the image. */
export const restoredCommand = {
  usage: 'npm run restored --',
  about:
    'Declares that the database was restored from a backup, and teaches it what has happened since: run it after the restore and the deploy step, before any service starts. It goes on where it ended when it is run again. Exits with 0 where the services may start, with 1 where they may not yet, and with 2 where they may and a person must look at subscribers that it names. The whole plan: docs/disaster.md.',
  options: {
    at: {
      type: 'string',
      value: 'TIME',
      required: true,
      about: 'when the backup was begun, in UTC, such as 2026-11-24T12:00Z; rather too early than too late',
      wanted: time,
    },
    'stopped-at': {
      type: 'string',
      value: 'TIME',
      about: 'when the last process of the service had ended; without it the command waits ten minutes',
      wanted: time,
    },
    actor: changing.actor,
    again: {
      type: 'boolean',
      about: 'where the database, a shard or a document went back once more to a backup whose restore is complete',
    },
  },
  example: 'npm run restored -- --at 2026-11-24T03:00Z --stopped-at 2026-11-24T14:20Z',
} as const satisfies Command;
