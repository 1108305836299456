import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { createLog } from '../../../src/adapters/logging/winston-log.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { createClosers } from '../../../src/composition/closers.ts';
import { openMetrics } from '../../../src/composition/open-metrics.ts';
import { openTracer } from '../../../src/composition/open-tracer.ts';
import type { Config } from '../../../src/config.ts';
import { startOtlpReceiver } from '../../support/otlp-receiver.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const caller = (flag: '00' | '01'): string => `00-${traceId}-b7ad6b7169203331-${flag}`;

/** The lines of a process that writes one for a request of the caller, and one outside of it. */
async function linesOf(endpoint: string, parent: string): Promise<readonly Record<string, unknown>[]> {
  const stream = new PassThrough();
  const written = text(stream);
  let named: () => string | null = () => null;
  const options = { level: 'info', service: 'api', clock: systemClock, secrets: [], stream } as const;
  const { log, close } = createLog({ ...options, traceId: () => named() });
  const closers = createClosers();
  const config = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER_ARG: 0, BILLING_ENV: 'test' } as Config;
  const context = { config, closers, nameTraces: (traceIdNow: () => string | null) => void (named = traceIdNow) };
  const tracer = await openTracer(context, 'api', openMetrics('api'));
  const span = tracer.start({ name: 'POST /x', kind: 'server', parent, attributes: {} });
  await span.within(async () => {
    await Promise.resolve();
    log.info('inside');
  });
  span.end({});
  log.info('outside');
  await closers.closeAll(log);
  await close();
  stream.end();
  return (await written)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a line that is written in a recorded trace names it, and one outside of it names none', async () => {
  const receiver = await startOtlpReceiver();
  const [inside, outside] = await linesOf(receiver.endpoint, caller('01'));
  const unrecorded = await linesOf(receiver.endpoint, caller('00'));
  await receiver.close();
  expect(inside).toMatchObject({ message: 'inside', trace_id: traceId });
  for (const line of [outside, ...unrecorded]) expect(line).not.toHaveProperty('trace_id');
});

test('without an endpoint no line names a trace, though one has come with the request', async () => {
  for (const line of await linesOf('', caller('01'))) expect(line).not.toHaveProperty('trace_id');
});
