import { poisonCodes } from '../../application/ports/faults.ts';
import { reportOutcomes } from '../../application/ports/notice-reports.ts';
import { type Meter, messageOutcomes, providerOutcomes } from '../../application/ports/meter.ts';
import type { DomainEvent } from '../../domain/model/events.ts';
import type { Instant } from '../../domain/model/instant.ts';
import { eventCounters } from './event-counters.ts';
import type { Labels } from './label-values.ts';
import type { ProcessMetrics } from './process-metrics.ts';

/** From a notification that comes at once to the poll that finds an old page paid. */
const accessBuckets = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3_600];
/** A send ends within 35 s; a search may read lists for minutes. */
const providerBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 35, 120];

/** `deadLettered` → `dead_lettered`: values of labels are written as everywhere in Prometheus. */
const labelOf = (outcome: string): string => outcome.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function createEventMeter({ counter, histogram }: ProcessMetrics): Meter['saved'] {
  const counters = eventCounters.map(({ counts, ...metric }) => ({ counts, count: counter(metric) }));
  const observeAccess = histogram({
    name: 'billing_paid_to_access_seconds',
    help: 'Time from the capture of a payment, as the provider dates it, to the save that gives access',
    labels: { kind: ['checkout', 'charge'] },
    buckets: accessBuckets,
  });
  /** Only a save that changes access gives it: a renewal of running access is paid before its period begins. */
  const measureAccess = (events: readonly DomainEvent[], now: Instant): void => {
    if (!events.some((event) => event.type === 'entitlement.changed' && event.entitlement.active)) return;
    for (const event of events) {
      if (event.type !== 'payment.succeeded') continue;
      // Below 0 where the clock of the provider is fast.
      observeAccess({ kind: event.payment.kind }, Math.max(0, now - event.capturedAt) / 1_000);
    }
  };
  return (events, now) => {
    for (const event of events) {
      for (const { counts, count } of counters) {
        const labels = (counts[event.type] as ((event: DomainEvent) => Labels) | undefined)?.(event);
        if (labels !== undefined) count(labels);
      }
    }
    measureAccess(events, now);
  };
}

/** The meter of a process that runs the named consumers, or none. */
export function createMeter(metrics: ProcessMetrics, consumer: readonly string[]): Meter {
  const { counter, histogram } = metrics;
  const outcome = messageOutcomes.map(labelOf);
  const messages = counter({
    name: 'billing_messages_total',
    help: 'Messages by consumer and how the work on them ended',
    labels: { consumer, outcome },
  });
  const messageSeconds = histogram({
    name: 'billing_message_seconds',
    help: 'Time from the begin of the work on a message to its end, retries included',
    labels: { consumer },
  });
  const deadLetters = counter({
    name: 'billing_dead_letters_total',
    help: 'Messages that went to the dead letters, by consumer and reason',
    labels: { consumer, reason: poisonCodes },
  });
  const noticeReports = counter({
    name: 'billing_notice_reports_total',
    help: 'Reports of delivered notices by what became of them; dropped ones are of no notice of ours',
    labels: { outcome: reportOutcomes },
  });
  const operation = Object.keys(providerOutcomes);
  const requests = counter({
    name: 'billing_provider_requests_total',
    help: 'Calls of the provider by operation and outcome, those that were not sent included',
    labels: { operation, outcome: [...new Set(Object.values(providerOutcomes).flat())] },
  });
  const requestSeconds = histogram({
    name: 'billing_provider_request_seconds',
    help: 'Time of a call of the provider; that of a list or search has its queue in it',
    labels: { operation },
    buckets: providerBuckets,
  });
  return {
    saved: createEventMeter(metrics),
    finished: (message) => {
      messages({ consumer: message.consumer, outcome: labelOf(message.outcome) });
      messageSeconds({ consumer: message.consumer }, message.durationMs / 1_000);
    },
    deadLettered: deadLetters,
    noticeReported: (reported) => noticeReports({ outcome: reported }),
    asked: (call) => {
      requests({ operation: call.operation, outcome: call.outcome });
      requestSeconds({ operation: call.operation }, call.durationMs / 1_000);
    },
  };
}
