import { afterAll, beforeAll } from '@jest/globals';
import { createYookassaProvider, defaultYookassaLimits } from '../../../src/adapters/yookassa/client.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { toIso } from '../../../src/domain/model/instant.ts';
import { providerListSuite } from '../../contract/provider-list-suite.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';

let sandbox: SandboxProcess;
let close = (): void => undefined;

beforeAll(async () => {
  sandbox = await startSandboxProcess();
});
afterAll(async () => {
  close();
  await sandbox.stop();
});

providerListSuite('YooKassa against the sandbox', () => {
  const yookassa = createYookassaProvider(
    {
      ...{
        apiUrl: `${sandbox.url}/v3`,
        shopId: '100500',
        apiKey: 'test_sandbox',
        returnUrl: 'https://cinema.example/r',
      },
      limits: { ...defaultYookassaLimits, list: { requestsPerSecond: 1_000 } },
    },
    { clock: systemClock, log: createLogRecorder() },
  );
  ({ close } = yookassa);
  const control = async (at: string, body: object): Promise<void> => {
    await sandbox.control('POST', at, body);
  };
  return Promise.resolve({
    ...yookassa,
    now: () => systemClock.now(),
    payPage: (id) => control(`/payments/${id}/pay`, { card: '5555555555554444' }),
    makePayments: ({ from, to, ...others }) => control('/payments', { ...others, from: toIso(from), to: toIso(to) }),
    refundInCabinet: async (id, amountMinor) => {
      const amount = (amountMinor / 100).toFixed(2);
      return ((await sandbox.control('POST', `/payments/${id}/refund`, { amount })) as { readonly id: string }).id;
    },
    lagReads: (ms) => control('/reads', { lag_ms: ms }),
    spoilNextPage: () => control('/faults', { on: 'GET /v3/payments', kind: 'error_500_done', times: 1 }),
  });
});
