import fc from 'fast-check';
import type { Random } from '../simulation/world/random.ts';
import { inEveryState } from './cells.ts';

/** As the API seals it. */
const sealedText = fc.stringMatching(/^v1\.[0-9A-Za-z_-]{1,200}$/);
export const sealedOrNull = fc.option(sealedText, { nil: null });

/** The rows of the commands about the receipt contact. */
export const receiptContactRows = {
  'receipt_contact.set': {
    fields: { email: sealedOrNull, phone: sealedOrNull },
    weight: 4,
    draw: (random: Random) => ({ email: `v1.${random.id()}`, phone: null }),
    modes: [''],
    orders: {
      'set receipt contact': {
        means: 'the command `receipt_contact.set`',
        inputs: [{ email: 'v1.c2VhbGVk', phone: null }],
        cells: inEveryState('completed'),
      },
    },
  },
  'receipt_contact.clear': {
    fields: {},
    weight: 1,
    draw: () => ({}),
    modes: [''],
    orders: {
      'clear receipt contact': {
        means: 'the command `receipt_contact.clear`',
        inputs: [{}],
        cells: inEveryState('completed'),
      },
    },
  },
} as const;
