import fc from 'fast-check';
import type { Subscriber } from '../../src/domain/model/subscriber.ts';
import type { Random } from '../simulation/world/random.ts';
import { anyTerms } from './any-terms.ts';
import { type Cells, inEveryState, type Known } from './cells.ts';

/** A subscriber has a method once a page was paid that saves it; the expired one was bought without renewal. */
const wherePaid = (outcome: string): Cells => ({
  ...inEveryState('method_not_found'),
  ...{ active: outcome, past_due: outcome, held: outcome, canceled: outcome },
});

const ofMethod = ({ methods }: Subscriber) => [{ methodId: methods[0]?.id ?? 'none' }];

/** A kind that is saved by paying only is rare. */
const kinds = ['bank_card', 'bank_card', 'bank_card', 'bank_card', 'sbp', 'sbp', 'sbp', 'yoo_money'] as const;

/** The rows of commands about saved payment methods. */
export const methodRows = {
  'payment_method.bind': {
    fields: {
      methodType: fc.constantFrom('bank_card', 'sbp', 'yoo_money'),
      returnUrl: fc.option(fc.webUrl(), { nil: null }),
      confirmation: fc.constantFrom('page' as const, 'qr' as const, null),
      terms: anyTerms,
    },
    weight: 8,
    draw: (random: Random, { shown }: Known) => ({
      methodType: random.pick(kinds),
      returnUrl: null,
      terms: shown(null),
    }),
    modes: [''],
    orders: {
      bind: {
        means: 'the command `payment_method.bind`: of a card',
        inputs: [{ methodType: 'bank_card', returnUrl: null }],
        cells: inEveryState('pending'),
      },
    },
  },
  'payment_method.unlink': {
    fields: { methodId: fc.uuid(), reason: fc.constantFrom('asked for by telephone', 'x') },
    weight: 5,
    draw: (_: unknown, { methodId }: Known) => ({ methodId: methodId() }),
    modes: [''],
    orders: {
      unlink: {
        means: 'the command `payment_method.unlink`: of the card that renewals charge',
        inputs: ofMethod,
        cells: wherePaid('completed'),
      },
    },
  },
  'payment_method.set_default': {
    fields: { methodId: fc.uuid() },
    weight: 4,
    draw: (_: unknown, { methodId }: Known) => ({ methodId: methodId() }),
    modes: [''],
    orders: {
      'set default': {
        means: 'the command `payment_method.set_default`: of the card that renewals charge already',
        inputs: ofMethod,
        cells: { ...wherePaid('completed'), canceled: 'not_active' },
      },
    },
  },
} as const;
