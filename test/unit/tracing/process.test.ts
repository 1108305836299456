import { expect, test } from '@jest/globals';
import { startInVain, startsMs } from '../../support/loaded-modules.ts';
import { startOtlpReceiver } from '../../support/otlp-receiver.ts';

/** The API of the libraries alone is loaded by another package, too. */
const run = (endpoint: string) => startInVain({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, /@opentelemetry\/(?!api\/)/);

test(
  'a process that has an endpoint loads the libraries, and ends in time though nothing was to be sent',
  async () => {
    const receiver = await startOtlpReceiver();
    const { code, loads } = await run(receiver.endpoint);
    await receiver.close();
    expect(code).toBe(1);
    expect(loads).toBeGreaterThan(0);
  },
  startsMs,
);

test(
  'without an endpoint the libraries are not even loaded',
  async () => expect(await run('')).toEqual({ code: 1, loads: 0 }),
  startsMs,
);
