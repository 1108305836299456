import type { Clock } from '../../application/ports/clock.ts';
import type { Meter, ProviderOperation } from '../../application/ports/meter.ts';
import type { PaymentProvider } from '../../application/ports/payment-provider.ts';
import type { ProviderList } from '../../application/ports/provider-list.ts';

type Measured = { readonly provider: PaymentProvider; readonly providerList: ProviderList };

/** The provider, with each call counted by its outcome and its time. What it answers stays as it is. */
export function meterProvider(
  { provider, providerList }: Measured,
  { meter, clock }: { readonly meter: Meter; readonly clock: Clock },
): Measured {
  async function measure<Result extends { readonly kind: string }>(
    operation: ProviderOperation,
    call: () => Promise<Result>,
  ): Promise<Result> {
    const startedMs = clock.monotonicMs();
    const result = await call();
    meter.asked({ operation, outcome: result.kind, durationMs: clock.monotonicMs() - startedMs });
    return result;
  }
  return {
    provider: {
      ...provider,
      send: (...args) => measure('send', () => provider.send(...args)),
      read: (...args) => measure('read', () => provider.read(...args)),
      search: (...args) => measure('search', () => provider.search(...args)),
    },
    providerList: { ...providerList, page: (...args) => measure('list', () => providerList.page(...args)) },
  };
}
