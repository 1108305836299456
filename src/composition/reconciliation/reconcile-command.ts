import type { Command } from '../command-line/command.ts';

const time = [
  /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/,
  'a day or a time in UTC, such as 2026-11-24T12:00Z',
] as const;

/** `npm run reconcile`, and the same inside the image. */
export const reconcileCommand = {
  usage: 'npm run reconcile --',
  about:
    'Compares our books with those of the provider and announces what differs. Exits with 0 where they agree, with 1 where anything differs, foreign payments included, and with 2 where it could not be done.',
  options: {
    from: {
      type: 'string',
      value: 'TIME',
      required: true,
      about: 'the begin of the window in UTC, such as 2026-11-24 or 2026-11-24T12:00Z',
      wanted: time,
    },
    to: {
      type: 'string',
      value: 'TIME',
      required: true,
      about: 'its end, not included; the last five minutes are left out, and three years are the most',
      wanted: time,
    },
    json: { type: 'boolean', about: 'prints one JSON object instead of a table' },
  },
  example: 'npm run reconcile -- --from 2026-11-01 --to 2026-11-24T12:00Z',
} as const satisfies Command;
