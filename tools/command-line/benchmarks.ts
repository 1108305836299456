import type { Command } from '../../src/composition/command-line/command.ts';
import { commands, wholeNumber } from './commands.ts';

const json = commands.bench.options.json;
const profile = { type: 'boolean', about: 'leaves CPU profiles in .data/bench' } as const;
const rounds = { type: 'string', value: 'N', default: '3', about: 'rounds to measure', wanted: wholeNumber } as const;

/** `npm run bench -- NAME`: each benchmark has options of its own. */
export const benchmarks = {
  'api-throughput': {
    usage: 'npm run bench -- api-throughput',
    about: 'Measures what the API alone carries at 64 connections, beside a bare Express server.',
    options: {
      calls: { type: 'string', value: 'N', default: '6000', about: 'calls per round', wanted: wholeNumber },
      rounds,
      json,
      'cpu-prof': profile,
    },
    example: 'npm run bench -- api-throughput --calls 2000 --rounds 1',
  },
  'compare-and-set': {
    usage: 'npm run bench -- compare-and-set',
    about: 'Measures the save of a subscriber through the collection, beside the same save through the model.',
    options: {
      saves: { type: 'string', value: 'N', default: '3200', about: 'saves per round', wanted: wholeNumber },
      rounds: { ...rounds, default: '7' },
      json,
    },
    example: 'npm run bench -- compare-and-set --saves 640 --rounds 3',
  },
  'find-due': {
    usage: 'npm run bench -- find-due',
    about: 'Measures the query of the jobs among many documents and among few.',
    options: {
      many: {
        type: 'string',
        value: 'N',
        default: '1000000',
        about: 'documents in the large set',
        wanted: wholeNumber,
      },
      json,
    },
    example: 'npm run bench -- find-due --many 100000',
  },
  'living-path': {
    usage: 'npm run bench -- living-path',
    about: 'Measures what a subscriber waits for: the payment page, access after paying, the event at a reader.',
    options: {
      purchases: { type: 'string', value: 'N', default: '100', about: 'purchases to make', wanted: wholeNumber },
      json,
      'cpu-prof': profile,
    },
    example: 'npm run bench -- living-path --purchases 20',
  },
  'one-core': {
    usage: 'npm run bench -- one-core',
    about: 'Measures the renewals of one consumers process with one core, as a pod has, beside the bare client.',
    options: {
      renewals: { type: 'string', value: 'N', default: '1000', about: 'renewals per drain', wanted: wholeNumber },
      rounds,
      json,
    },
    example: 'npm run bench -- one-core --renewals 300',
  },
  'renewal-drain': {
    usage: 'npm run bench -- renewal-drain',
    about: 'Measures renewals that all fall due at the same instant, beside a bare client of the same parts.',
    options: {
      renewals: { type: 'string', value: 'N', default: '1000', about: 'renewals per drain', wanted: wholeNumber },
      rounds,
      alone: { type: 'boolean', about: 'one drain without a peer, for its memory' },
      json,
      'cpu-prof': profile,
    },
    example: 'npm run bench -- renewal-drain --renewals 300 --alone',
  },
  traces: {
    usage: 'npm run bench -- traces',
    about: 'Measures the CPU of processes that record a tenth of their traces, beside the same without tracing.',
    options: {
      calls: { type: 'string', value: 'N', default: '6000', about: 'commands per round', wanted: wholeNumber },
      renewals: { type: 'string', value: 'N', default: '1000', about: 'renewals per round', wanted: wholeNumber },
      rounds: { ...rounds, default: '7' },
      json,
      'cpu-prof': profile,
    },
    example: 'npm run bench -- traces --calls 2000 --rounds 3',
  },
} as const satisfies Readonly<Record<string, Command>>;
