import type { CommandOutcome } from '../../../src/domain/model/command.ts';
import type { TestSystem } from '../../support/test-system.ts';

/** Rules beyond the invariants: outcomes are final, a page excepted; a kept payment bought a period; a cancel stays one. */
export function createWitness(system: TestSystem) {
  const outcomes = new Map<string, CommandOutcome>();
  const cancels: { readonly subscriptionId: string; readonly acceptedAt: number }[] = [];
  return {
    beforeCancel: async (user: string, acceptedAt: number): Promise<void> => {
      const id = (await system.services.store.load(user))?.subscriber.subscription?.id;
      if (id !== undefined) cancels.push({ subscriptionId: id, acceptedAt });
    },
    check: async (user: string): Promise<void> => {
      const subscriber = (await system.services.store.load(user))?.subscriber;
      if (subscriber === undefined) return;
      for (const { id, outcome } of subscriber.commands) {
        if (outcome === null) continue;
        const known = outcomes.get(id) ?? outcome;
        const pageIsOver = known.kind === 'requires_action' && outcome.kind !== 'requires_action';
        if (!pageIsOver && JSON.stringify(known) !== JSON.stringify(outcome))
          throw new Error(`outcome of ${id} changed: ${JSON.stringify(known)} ${JSON.stringify(outcome)}`);
        outcomes.set(id, outcome);
      }
      for (const kept of subscriber.captures.filter(({ refundedMinor }) => refundedMinor === 0)) {
        const late = cancels.some(
          ({ subscriptionId, acceptedAt }) =>
            subscriptionId === kept.subscriptionId && kept.kind === 'charge' && kept.reservedAt > acceptedAt,
        );
        if (late) throw new Error(`kept a charge reserved after a cancel: ${JSON.stringify(kept)}`);
      }
    },
    checkBought: async (user: string): Promise<void> => {
      const bought = system
        .facts(user)
        .filter(({ type }) => type === 'subscription.activated' || type === 'subscription.renewed');
      for (const kept of (await system.services.store.load(user))?.subscriber.captures ?? []) {
        const times = new Set(
          bought.filter((event) => event['paymentId'] === kept.paymentId).map((event) => JSON.stringify(event)),
        ).size;
        if (kept.refundedMinor === 0 && times !== 1)
          throw new Error(`kept payment bought ${times} periods: ${JSON.stringify(kept)}`);
      }
    },
  };
}

export type Witness = ReturnType<typeof createWitness>;
