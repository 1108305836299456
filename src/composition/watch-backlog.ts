import type { ProcessMetrics } from '../adapters/metrics/process-metrics.ts';
import type { Backlog, GroupLag, ReadBacklog } from '../application/ports/backlog.ts';
import type { Clock } from '../application/ports/clock.ts';
import type { Log } from '../application/ports/log.ts';
import { workStates } from '../application/ports/work-list.ts';
import type { Instant } from '../domain/model/instant.ts';
import { timerTypes } from '../domain/timers/index.ts';
import { consumerGroups } from '../messages/consumer-groups.ts';
import { keepSampling, type Sampled } from './keep-sampling.ts';

type Measured = Backlog & { readonly at: Instant };

const groups = Object.values(consumerGroups);

function watchDatabase({ collect }: ProcessMetrics, { latest }: Sampled<Measured>): void {
  const ageOf = (at: Instant, since: Instant | null): number => (since === null ? 0 : Math.max(0, at - since) / 1_000);
  const rows = <Row>(of: (measured: Measured) => readonly Row[]) => {
    const measured = latest();
    return measured === null ? [] : of(measured);
  };
  const due = {
    name: 'billing_due_oldest_seconds',
    help: 'How long the oldest timer of the type is due and not decided; 0 where none is due',
    labels: { timer: timerTypes },
  };
  collect('gauge', due, () =>
    rows(({ at, oldestDue }) => timerTypes.map((timer) => [{ timer }, ageOf(at, oldestDue[timer])])),
  );
  const outbox = {
    name: 'billing_outbox_oldest_seconds',
    help: 'Age of the oldest save whose facts are not published; 0 where all are',
    labels: {},
  };
  collect('gauge', outbox, () => rows(({ at, oldestOutbox }) => [[{}, ageOf(at, oldestOutbox)]]));
  const work = {
    name: 'billing_work_items',
    help: 'What waits for a person: held subscriptions, unknown and stuck payments, late refunds, failed receipts',
    labels: { state: workStates },
  };
  collect('gauge', work, () => rows((measured) => workStates.map((state) => [{ state }, measured.work[state]])));
  const letters = { name: 'billing_dead_letters_open', help: 'Dead letters that wait for a person', labels: {} };
  collect('gauge', letters, () => rows(({ openDeadLetters }) => [[{}, openDeadLetters]]));
}

function watchLag({ collect }: ProcessMetrics, { latest }: Sampled<readonly GroupLag[]>): void {
  const lag = {
    name: 'billing_consumer_lag',
    help: 'Messages of the topic that the group has not committed',
    labels: { group: groups.map(({ group }) => group), topic: groups.map(({ topic }) => topic) },
  };
  collect('gauge', lag, () => latest()?.map(({ group, topic, messages }) => [{ group, topic }, messages]) ?? []);
}

/**
 * Shows what waits in the database and in Kafka. Each jobs process measures it, so that a dead one does not blind the
 * operator; of several answers the largest counts.
 */
export function watchBacklog(
  metrics: ProcessMetrics,
  read: {
    readonly backlog: ReadBacklog;
    readonly lag: (of: typeof groups) => Promise<readonly GroupLag[]>;
  },
  tools: { readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal },
): void {
  const { clock } = tools;
  const readDatabase = async (): Promise<Measured> => {
    const at = clock.now();
    return { ...(await read.backlog(at)), at };
  };
  const database = keepSampling('database', readDatabase, tools);
  const kafka = keepSampling('kafka', () => read.lag(groups), tools);
  watchDatabase(metrics, database);
  watchLag(metrics, kafka);
  const age = {
    name: 'billing_sample_age_seconds',
    help: 'Since what waits was last measured; the other metrics of the sample are missing after a failure',
    labels: { sample: ['database', 'kafka'] },
  };
  metrics.collect('gauge', age, () => [
    [{ sample: 'database' }, database.ageMs() / 1_000],
    [{ sample: 'kafka' }, kafka.ageMs() / 1_000],
  ]);
}
