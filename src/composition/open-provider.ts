import { systemClock } from '../adapters/system/clock.ts';
import { createYookassaProvider, defaultYookassaLimits, type Yookassa } from '../adapters/yookassa/client.ts';
import { yookassaNumbers } from '../adapters/yookassa/numbers.ts';
import { createBackground } from '../application/services/background.ts';
import type { Background } from '../application/services/core-services.ts';
import type { PaymentProvider } from '../application/ports/payment-provider.ts';
import type { ProviderList } from '../application/ports/provider-list.ts';
import type { ProcessContext } from './run-process.ts';
import { stopBounds } from './stop-bounds.ts';

/** The provider, and the work that outlives the handling of a message: mostly calls to the provider. */
export type Provider = {
  readonly provider: PaymentProvider;
  readonly providerList: ProviderList;
  readonly background: Background;
  /** False while the circuit is open. */
  readonly answers: () => boolean;
};

type Outside = Pick<ProcessContext, 'config' | 'log' | 'closers'>;

/** The provider's client. Its calls under way end with the process. */
export function openYookassa({ config, log, closers }: Outside): Yookassa {
  const concurrencyMax = Math.min(config.PROVIDER_SLOTS, yookassaNumbers.parallelMax ?? Infinity);
  const yookassa = createYookassaProvider(
    {
      apiUrl: config.YOOKASSA_API_URL,
      shopId: config.YOOKASSA_SHOP_ID,
      apiKey: config.YOOKASSA_API_KEY,
      returnUrl: config.YOOKASSA_RETURN_URL,
      limits: {
        ...defaultYookassaLimits,
        pacing: { requestsPerSecond: config.PROVIDER_REQUESTS_PER_SECOND, concurrencyMax },
      },
    },
    { clock: systemClock, log },
  );
  closers.add('provider', () => {
    yookassa.close();
    return Promise.resolve();
  });
  return yookassa;
}

export function openProvider(outside: Outside): Provider {
  const { log, closers } = outside;
  const { provider, list, isCircuitOpen } = openYookassa(outside);
  const background = createBackground(systemClock, log);
  // Closed before the provider, so that calls under way end before their sockets are destroyed.
  closers.add('background', () => background.drained(stopBounds.backgroundMs));
  return { provider, providerList: list, background, answers: () => !isCircuitOpen() };
}
