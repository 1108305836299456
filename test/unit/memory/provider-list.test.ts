import { providerListSuite } from '../../contract/provider-list-suite.ts';
import { noon } from '../../contract/samples.ts';
import { createFakeProvider } from '../../fakes/payment-provider.ts';

providerListSuite('the fake', () => {
  const fake = createFakeProvider({ now: () => noon });
  const done = (act: () => unknown): Promise<void> => {
    act();
    return Promise.resolve();
  };
  return Promise.resolve({
    list: fake.list,
    provider: fake,
    now: () => noon,
    payPage: (id) => done(() => fake.finish(id, 'succeeded')),
    makePayments: ({ count, from, to, metadata }) =>
      done(() => fake.makeForeign({ count, amountMinor: 100_000, metadata, past: { fromMs: from, toMs: to } })),
    refundInCabinet: (id, amountMinor) => Promise.resolve(fake.refundInCabinet(id, amountMinor)),
    lagReads: (ms) => done(() => fake.lagReads(ms)),
    spoilNextPage: () => done(() => fake.failReads(1)),
  });
});
