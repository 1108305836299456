import fc from 'fast-check';
import type { Subscriber } from '../../src/domain/model/subscriber.ts';
import type { Random } from '../simulation/world/random.ts';
import { inEveryState, type Known, type Resolving } from './cells.ts';

const reasons = fc.constantFrom('seen in the cabinet', 'x');

/** A payment that is there, whatever its state. */
const somePayment = ({ payment, watched }: Subscriber): string => payment?.id ?? watched[0]?.id ?? 'none';

const resolving = (checkResult: Resolving['checkResult'], word: string) => ({
  means: `the command \`payment.resolve\`: staff have found that the payment ${word}`,
  inputs: (state: Subscriber): readonly Resolving[] => [
    ...[{ paymentId: somePayment(state), checkResult, providerObjectId: 'seen', reason: 'seen in the cabinet' }],
  ],
  // The payment of the held cell was sent within the last hour, so an absence proves nothing yet.
  cells: {
    ...inEveryState('nothing_to_resolve'),
    held: checkResult === 'absent' ? 'payment_in_progress' : 'completed',
  },
});

/** The rows of commands that only staff give. */
export const staffRows = {
  'subscription.release': {
    staff: true,
    fields: { reason: reasons },
    weight: 3,
    draw: () => ({ reason: 'seen in the cabinet' }),
    modes: [''],
    orders: {
      release: {
        means: 'the command `subscription.release`: staff end the hold',
        inputs: [{ reason: 'seen in the cabinet' }],
        // The hold of the cell comes from a payment that contradicts its request and is still open.
        cells: { ...inEveryState('nothing_to_release'), held: 'payment_unresolved' },
      },
    },
  },
  'payment.resolve': {
    staff: true,
    fields: {
      paymentId: fc.uuid(),
      checkResult: fc.constantFrom('succeeded', 'failed', 'absent'),
      providerObjectId: fc.option(fc.uuid(), { nil: null }),
      reason: reasons,
    },
    weight: 3,
    draw: (random: Random, { toResolve }: Known) =>
      toResolve() ?? {
        ...{ paymentId: random.id(), checkResult: 'absent', providerObjectId: null, reason: 'there is none' },
      },
    modes: [''],
    orders: {
      'resolve: succeeded': resolving('succeeded', 'succeeded'),
      'resolve: failed': resolving('failed', 'failed'),
      'resolve: absent': resolving('absent', 'is not there'),
    },
  },
} as const;
