import type { Command } from '../command-line/command.ts';

/** `npm run admin`: what it does is the first word, each with options of its own. */
export const adminCommand = {
  usage: 'npm run admin --',
  about: 'Shows staff what is stored of a subscriber and carries out what staff decide. Each act is audited.',
  options: {},
  operand: { name: 'WHAT', about: 'what to do, with options of its own', most: 1 },
  example: 'npm run admin -- --help',
} as const satisfies Command;
