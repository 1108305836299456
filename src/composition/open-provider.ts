import { systemClock } from '../adapters/system/clock.ts';
import { createYookassaProvider, defaultYookassaLimits, type Yookassa } from '../adapters/yookassa/client.ts';
import { yookassaNumbers } from '../adapters/yookassa/numbers.ts';
import { createBackground } from '../application/services/background.ts';
import type { Background } from '../application/services/core-services.ts';
import type { ProviderBudget } from '../application/ports/provider-budget.ts';
import type { PaymentProvider } from '../application/ports/payment-provider.ts';
import type { ProviderList } from '../application/ports/provider-list.ts';
import { createProviderShare } from '../application/services/provider-share.ts';
import type { Config } from '../config.ts';
import type { ProcessContext } from './run-process.ts';
import { runUntilClosed } from './run-until-closed.ts';
import { stopBounds } from './stop-bounds.ts';

/** The provider, and the work that outlives the handling of a message: mostly calls to the provider. */
export type Provider = {
  readonly provider: PaymentProvider;
  readonly providerList: ProviderList;
  readonly background: Background;
  /** False while the circuit is open. */
  readonly answers: () => boolean;
};

/** Where all processes divide the provider, as whom, and whether this one holds a share while it calls no one. */
export type Sharing = { readonly budget: ProviderBudget; readonly id: string; readonly rests: boolean };
type Outside = Pick<ProcessContext, 'config' | 'log' | 'closers'>;

const wholeOf = (config: Config) => ({
  slots: Math.min(config.PROVIDER_SLOTS, yookassaNumbers.parallelMax ?? Infinity),
  perSecond: config.PROVIDER_REQUESTS_PER_SECOND,
});

/** The provider's client, within the share of this process. Its calls under way end with the process. */
export async function openYookassa({ config, log, closers }: Outside, sharing: Sharing): Promise<Yookassa> {
  const { budget, id, rests } = sharing;
  const whole = wholeOf(config);
  const share = createProviderShare({
    ...{ budget, clock: systemClock, log, id, whole, rests },
    answerMaxMs: yookassaNumbers.answerMaxMs,
  });
  const yookassa = createYookassaProvider(
    {
      apiUrl: config.YOOKASSA_API_URL,
      shopId: config.YOOKASSA_SHOP_ID,
      apiKey: config.YOOKASSA_API_KEY,
      returnUrl: config.YOOKASSA_RETURN_URL,
      limits: { ...defaultYookassaLimits, whole },
      share: share.now,
    },
    { clock: systemClock, log },
  );
  // A database that does not answer keeps no process from starting: without it nothing could be sent anyway.
  const unknown = (cause: unknown): void => log.warn('the share of calls to the provider is not known yet', {}, cause);
  await share.renew(yookassa.takeDemand).catch(unknown);
  runUntilClosed(closers, {
    name: 'provider share',
    run: (signal) => share.run(yookassa.takeDemand, signal),
    leave: async () => {
      // What the provider may still work on keeps its share until that ends by itself.
      if (yookassa.takeDemand().underWay === 0) await budget.leave(id);
    },
  });
  closers.add('provider', () => {
    yookassa.close();
    return Promise.resolve();
  });
  return yookassa;
}

export async function openProvider(outside: Outside, sharing: Sharing): Promise<Provider> {
  const { log, closers } = outside;
  const { provider, list, isCircuitOpen } = await openYookassa(outside, sharing);
  const background = createBackground(systemClock, log);
  // Closed before the provider, so that calls under way end before their sockets are destroyed.
  closers.add('background', () => background.drained(stopBounds.backgroundMs));
  return { provider, providerList: list, background, answers: () => !isCircuitOpen() };
}
