import type { ConsumerRunner } from '../adapters/kafka/consumer/consumer-runner.ts';
import type { ProcessMetrics } from '../adapters/metrics/process-metrics.ts';

type Running = { readonly name: string; readonly runner: Pick<ConsumerRunner, 'snapshot'> };

/** Shows what each consumer of this process has in hand. The gauges of what it has done are older than `billing_messages_total`. */
export function watchConsumers({ watch }: ProcessMetrics, runners: readonly Running[]): void {
  for (const { name, runner } of runners) {
    watch(`billing_consumer_${name}`, `What the consumer of ${name} has done and has in hand`, 'count', () => {
      const { handled, ignored, deadLettered, retried, parked, dropped, inHand } = runner.snapshot();
      return { handled, ignored, deadLettered, retried, parked, dropped, inHand };
    });
  }
  watch('billing_blocked_keys', 'Keys whose messages queue behind one that fails', 'consumer', () =>
    Object.fromEntries(runners.map(({ name, runner }) => [name, runner.snapshot().blocked])),
  );
}
