import { type ConsumerRunner, createConsumerRunner } from '../adapters/kafka/consumer/consumer-runner.ts';
import { createMeter } from '../adapters/metrics/meter.ts';
import { traceConsumer } from '../adapters/tracing/trace-ports.ts';
import type { CoreServices } from '../application/services/core-services.ts';
import type { ConsumerDeclaration } from '../application/ports/consumer.ts';
import { Fault } from '../application/ports/faults.ts';
import { openCore } from './open-core.ts';
import { openMetrics } from './open-metrics.ts';
import { openTracer } from './open-tracer.ts';
import { type ProcessContext, runProcess } from './run-process.ts';
import { startHealth } from './start-health.ts';
import { watchConsumers } from './watch-consumers.ts';

type Declaration = ConsumerDeclaration<CoreServices>;

function chosen(declarations: readonly Declaration[], names: readonly string[]): readonly Declaration[] {
  const unknown = names.filter((name) => !declarations.some((declaration) => declaration.name === name));
  if (unknown.length > 0) {
    const known = declarations.map((declaration) => declaration.name).join(', ');
    throw new Fault('config_invalid', `CONSUMERS names ${unknown.join(', ')}; there are ${known}.`, {
      retryable: false,
    });
  }
  return names.length === 0 ? declarations : declarations.filter((declaration) => names.includes(declaration.name));
}

/** A stopped partition tries again by itself, so the process lives on; its readiness says which one it is. */
function readinessOf(runner: ConsumerRunner): boolean | string {
  const { stopped } = runner.snapshot();
  return stopped.length === 0 ? runner.isReady() : `partition ${stopped.join(', ')} stopped`;
}

async function start(context: ProcessContext, declarations: readonly Declaration[]): Promise<void> {
  const { config, closers, fail } = context;
  const wanted = chosen(declarations, config.CONSUMERS);
  const metrics = openMetrics('consumers');
  const meter = createMeter(
    metrics,
    wanted.map(({ name }) => name),
  );
  // Opened first, and so closed last: the spans of what ends with the process are sent, too.
  const tracer = await openTracer(context, 'consumers', metrics);
  const { services, kafka, mongo, needs, informs } = await openCore(context, meter, tracer);
  const runners = wanted.map((declaration) => {
    const runner = createConsumerRunner({
      declaration: { ...traceConsumer(declaration, tracer), lanes: config.LANES },
      services,
      client: { ...kafka.client, clientId: `${kafka.client.clientId}-${declaration.name}` },
      decoder: kafka.registry,
      publisher: kafka.producer,
      cipher: services.cipher,
      blockedKeys: mongo.blockedKeys,
      meter,
      onFatal: (error) => fail('consumer is beyond recovery', error),
    });
    return { name: declaration.name, runner };
  });
  watchConsumers(metrics, runners);
  await startHealth(context, metrics, {
    needs: {
      ...needs,
      ...Object.fromEntries(runners.map(({ name, runner }) => [`consumer ${name}`, () => readinessOf(runner)])),
    },
    informs,
    isAlive: () => runners.every(({ runner }) => runner.isAlive()),
  });
  closers.add('consumers', () => Promise.all(runners.map(({ runner }) => runner.stop())));
  await Promise.all(runners.map(({ runner }) => runner.start()));
}

/** Runs a consumers process. */
export const startConsumers = (declarations: readonly Declaration[]): Promise<void> =>
  runProcess('consumers', { METRICS_PORT: '9465' }, (context) => start(context, declarations));
