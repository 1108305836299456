import { handleHint } from '../../src/application/handlers/handle-hint.ts';
import type { Hint } from '../../src/application/ports/message-factory.ts';
import { reconcile } from '../../src/application/reconciliation/reconcile.ts';
import type { CoreServices } from '../../src/application/services/core-services.ts';
import { minuteMs } from '../../src/domain/model/instant.ts';
import type { ProviderObject, ProviderPayment, ProviderRefund } from '../../src/domain/model/provider.ts';
import type { WindowName } from '../../src/domain/reconciliation/windows.ts';
import { createFakeProviderList } from '../fakes/list-of-objects.ts';
import { readFrom } from './read-from.ts';
import { readMessage } from './read-message.ts';
import { createSystemWithActive, type TestSystem } from './test-system.ts';

const trace = { correlationId: 'reconciled', causationId: null };
const noNames = { paymentId: null, userId: null, testClockId: null };

/** A test system whose provider has what a test puts into its books, or lacks what the test takes out of them. */
export function createReconciledSystem(system: TestSystem) {
  const changed = new Map<string, ProviderObject | null>();
  const theirs = (): readonly ProviderObject[] => {
    const made = system.provider.entries().map(({ object }) => object);
    const known = new Map<string, ProviderObject | null>([
      ...made.map((object) => [object.id, object] as const),
      ...changed,
    ]);
    return [...known.values()].filter((object) => object !== null);
  };
  const list = createFakeProviderList(theirs);
  const read: CoreServices['provider']['read'] = (kind, id, correlationId) => {
    const object = changed.get(id);
    if (object === undefined) return system.provider.read(kind, id, correlationId);
    return Promise.resolve(readFrom(kind, object));
  };
  const services = { ...system.services, providerList: list, provider: { ...system.provider, read } };
  let handled = system.messages.length;

  /** Handles the hints that were published since, each `times` times, and returns them. */
  async function handleHints(times = 1): Promise<readonly Hint[]> {
    const hints = system.messages
      .slice(handled)
      .map(readMessage)
      .flatMap((carried) => (carried.kind === 'hint' ? [carried.hint] : []));
    handled = system.messages.length;
    for (const hint of hints.flatMap((one) => Array.from({ length: times }, () => one))) {
      await handleHint(services, hint, { trace, hintedAt: system.clock.now() });
      await services.relay.idle();
    }
    return hints;
  }

  return {
    services,
    list,
    handleHints,
    put: (object: ProviderObject): void => void changed.set(object.id, object),
    remove: (id: string): void => void changed.set(id, null),
    payments: (): readonly ProviderPayment[] => theirs().filter((object) => object.object === 'payment'),
    /** A refund that staff make in the provider's cabinet. */
    refundInCabinet: (payment: ProviderPayment, amountMinor: number, id = 'cabinet'): ProviderRefund => {
      const refund: ProviderRefund = {
        ...{ object: 'refund', id, status: 'succeeded', metadata: noNames, cancellation: null },
        ...{ amount: { ...payment.amount, amountMinor }, createdAt: system.clock.now(), providerPaymentId: payment.id },
      };
      changed.set(id, refund);
      return refund;
    },
    /** The recent window is compared; returns its counts. */
    reconcile: (window: WindowName = 'recent') => reconcile(services, window),
  };
}

/** A subscriber who has paid, and the provider's books ten minutes later. */
export async function createReconciledActive(userId: string) {
  const system = await createSystemWithActive(userId);
  const books = createReconciledSystem(system);
  const [paid] = books.payments();
  if (paid === undefined) throw new Error('nothing is paid');
  system.clock.advance(10 * minuteMs);
  return { system, books, paid };
}
