import { systemClock } from '../adapters/system/clock.ts';
import { createYookassaProvider, defaultYookassaLimits } from '../adapters/yookassa/client.ts';
import type { PaymentProvider } from '../application/ports/payment-provider.ts';
import type { Frame } from './run-process.ts';

export type Provider = {
  readonly provider: PaymentProvider;
  /** False while it is left alone because it has not answered, until a call of ours succeeds. */
  readonly answers: () => boolean;
};

export function openProvider({ config, log, closers }: Frame): Provider {
  const { provider, isLeftAlone, close } = createYookassaProvider(
    {
      apiUrl: config.YOOKASSA_API_URL,
      shopId: config.YOOKASSA_SHOP_ID,
      apiKey: config.YOOKASSA_API_KEY,
      returnUrl: config.YOOKASSA_RETURN_URL,
      limits: {
        ...defaultYookassaLimits,
        pacing: { requestsPerSecond: config.PROVIDER_REQUESTS_PER_SECOND, concurrencyMax: config.PROVIDER_SLOTS },
      },
    },
    { clock: systemClock, log },
  );
  closers.add('provider', () => {
    close();
    return Promise.resolve();
  });
  return { provider, answers: () => !isLeftAlone() };
}
