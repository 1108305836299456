import fc from 'fast-check';
import type { Subscriber } from '../../src/domain/model/subscriber.ts';
import type { Random } from '../simulation/world/random.ts';
import { staffCauses } from '../../src/domain/model/payment.ts';
import {
  type ChargingBack,
  inEveryState,
  type Known,
  type PayingBack,
  type Refunding,
  type Resolving,
} from './cells.ts';

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

const refunding = (means: string, amountMinor: number | null, isRevoked: boolean) => ({
  means: `the command \`payment.refund\`: ${means}`,
  inputs: ({ captures }: Subscriber): readonly Refunding[] => [
    ...[{ paymentId: captures[0]?.paymentId ?? 'none', amountMinor, revokeAccess: isRevoked }].map((one) => ({
      ...one,
      ...{ cause: 'complaint' as const, reason: 'asked for it' },
    })),
  ],
  // Where nothing was paid there is nothing to give back.
  cells: {
    ...inEveryState('completed'),
    ...{ none: 'refund_exceeds', incomplete: 'refund_exceeds', incomplete_expired: 'refund_exceeds' },
  },
});

/** Half of the time all that is left, and else some part, which may be more than is left. */
function drawRefund(random: Random, { toRefund }: Known): Refunding {
  const { paymentId, amountMinor } = toRefund() ?? { paymentId: random.id(), amountMinor: 100 };
  return {
    paymentId,
    amountMinor: random.chance(0.5) ? null : random.integer(1, amountMinor),
    revokeAccess: random.chance(0.5),
    cause: random.pick(staffCauses),
    reason: 'asked for it',
  };
}

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
  'payment.refund': {
    staff: true,
    fields: {
      paymentId: fc.uuid(),
      amountMinor: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: null }),
      revokeAccess: fc.boolean(),
      cause: fc.constantFrom(...staffCauses),
      reason: reasons,
    },
    weight: 6,
    draw: drawRefund,
    modes: [''],
    orders: {
      'refund a part': refunding('a part goes back', 1_000, true),
      'refund in full': refunding('all of it goes back, and access stays', null, false),
      'refund and revoke': refunding('all of it goes back, and access ends', null, true),
    },
  },
  'refund.record_external': {
    staff: true,
    fields: {
      paymentId: fc.uuid(),
      amountMinor: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: null }),
      reason: reasons,
    },
    weight: 4,
    draw: (random: Random, { toPayBack }: Known) =>
      toPayBack() ?? { paymentId: random.id(), amountMinor: null, reason: 'paid to their account' },
    modes: [''],
    orders: {
      'record a refund': {
        means: 'the command `refund.record_external`: staff have given a part back past the provider',
        inputs: ({ captures }: Subscriber): readonly PayingBack[] => [
          { paymentId: captures[0]?.paymentId ?? 'none', amountMinor: 1_000, reason: 'paid to their account' },
        ],
        cells: {
          ...inEveryState('completed'),
          ...{ none: 'refund_exceeds', incomplete: 'refund_exceeds', incomplete_expired: 'refund_exceeds' },
        },
      },
    },
  },
  'payment.record_chargeback': {
    staff: true,
    fields: {
      paymentId: fc.uuid(),
      date: fc.constantFrom('2026-11-20', '2027-02-28'),
      amountMinor: fc.integer({ min: 1, max: 100_000 }),
      won: fc.option(fc.boolean(), { nil: null }),
      reason: reasons,
    },
    weight: 2,
    draw: (random: Random, { toRefund }: Known) => {
      const { paymentId, amountMinor } = toRefund() ?? { paymentId: random.id(), amountMinor: 100 };
      const taken = random.chance(0.7) ? amountMinor : random.integer(1, amountMinor);
      const won = random.pick([null, null, false, true] as const);
      return { paymentId, date: '2026-11-20', amountMinor: taken, won, reason: 'a letter of the bank' };
    },
    modes: [''],
    orders: {
      chargeback: {
        means: 'the command `payment.record_chargeback`: the bank took a payment back',
        inputs: ({ captures }: Subscriber): readonly ChargingBack[] => [
          ...[{ paymentId: captures[0]?.paymentId ?? 'none', amountMinor: 2_900, won: null }].map((one) => ({
            ...one,
            ...{ date: '2026-11-20', reason: 'a letter of the bank' },
          })),
        ],
        cells: {
          ...inEveryState('completed'),
          ...{ none: 'refund_exceeds', incomplete: 'refund_exceeds', incomplete_expired: 'refund_exceeds' },
        },
      },
    },
  },
  'subscription.allow_charges': {
    staff: true,
    fields: { reason: reasons },
    weight: 8,
    draw: () => ({ reason: 'they apologised' }),
    modes: [''],
    orders: {
      'allow charges': {
        means: 'the command `subscription.allow_charges`: after a chargeback, staff let the subscriber buy again',
        inputs: [{ reason: 'they apologised' }],
        cells: inEveryState('completed'),
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
