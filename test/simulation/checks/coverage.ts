import type { SubscriptionStatus } from '../../../src/domain/model/subscription.ts';
import { countedCommands } from '../../support/commands.ts';
import { type FaultName, pairOf } from '../world/moments.ts';
import { raceNames } from './races-seen.ts';
import { aimedReads, blows } from '../faults/aim.ts';
import { callFaults, timeFaults, type CallFault } from '../faults/swarm.ts';

/** The type makes a missing status a compile error. */
const statuses: Readonly<Record<SubscriptionStatus, true>> = {
  ...{ incomplete: true, active: true, past_due: true, expired: true, canceled: true, incomplete_expired: true },
};
const subscriptionStates = ['none', ...Object.keys(statuses)];
const paymentStates = ['none', 'sending', 'requires_action', 'pending', 'unknown'];

/** The payment states in which a fault can strike; a fault that is missing here can strike in all of them. */
const placesOf: Partial<Readonly<Record<CallFault, readonly string[]>>> = {
  // An offset commit, a call slot and a read at the provider belong to no subscriber.
  ...{ commit_lost: ['any'], no_slot: ['any'], read_fails: ['any'], long_list: ['any'] },
  // Objects are new while their request is out, and change on the provider's page.
  read_lags: ['sending', 'requires_action'],
  ...{ charge_pending: ['sending'], declined: ['sending'], wrong_amount: ['sending'], hidden: ['sending'] },
  ...{ page_abandoned: ['sending'], page_declined: ['requires_action'], method_not_saved: ['requires_action'] },
  waiting_for_capture: ['sending', 'requires_action'],
  // A refund is requested while no payment is open.
  ...{ refund_pending: ['none'], refund_canceled: ['none'] },
};
/** Faults of a send: of a payment in `sending`, or of a refund while no payment is open. */
const sendFaults: readonly CallFault[] = [
  ...(['connection_refused', 'timeout_done', 'timeout_not_done', 'lands_late', 'error_500_done', 'garbage'] as const),
  ...([
    'error_500_not_done',
    'too_many_requests',
    'refused',
    'gateway_refuses_done',
    'gateway_refuses_not_done',
    'accepted_202',
    'slow_answer',
    'outage_after_send',
  ] as const),
];

const statesOf = (fault: CallFault): readonly string[] =>
  placesOf[fault] ?? (sendFaults.includes(fault) ? ['sending', 'none'] : paymentStates);

/** Every cell that a run of thousands of seeds should visit. */
export const expectedCells: readonly string[] = [
  'command: paid ahead',
  'command: consent kept',
  ...raceNames.map((name) => `race: ${name}`),
  ...aimedReads.flatMap((read) => blows.map((blow) => `strike: ${read} × ${blow}`)),
  ...subscriptionStates.flatMap((state) => countedCommands.map((command) => `command: ${state} × ${command}`)),
  ...callFaults.flatMap((fault) => statesOf(fault).map((state) => `fault: ${state} × ${fault}`)),
  ...timeFaults.flatMap((fault) => paymentStates.map((state) => `fault: ${state} × ${fault}`)),
];

/** Every two faults. Some of them can never meet, so that no test asks for all. */
const faultNames: readonly FaultName[] = [...callFaults, ...timeFaults];
const pairs = faultNames.flatMap((one, index) =>
  faultNames.slice(index + 1).map((other) => `pair: ${pairOf(one, other)}`),
);

/** How many pairs of faults have met at one moment of a subscriber, and how many of them fewer than ten times. */
export function countPairs(visits: ReadonlyMap<string, number>) {
  const met = pairs.map((pair) => visits.get(pair) ?? 0);
  return {
    all: pairs.length,
    met: met.filter((times) => times > 0).length,
    rare: met.filter((times) => times > 0 && times < 10).length,
    never: pairs.filter((pair) => !visits.has(pair)),
  };
}

export const neverVisited = (visits: ReadonlyMap<string, number>): readonly string[] =>
  expectedCells.filter((cell) => !visits.has(cell));
