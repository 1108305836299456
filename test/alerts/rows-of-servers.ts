import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { announceFrom, announceKey, type SubscriberDocument } from '../../src/adapters/mongo/subscriber-document.ts';
import { eventually } from '../../tools/client/eventually.ts';
import type { Row } from './row.ts';
import type { Stage } from './stage.ts';

/** More than the 500 that alert. */
const waitingCount = 600;
/** Messages of different objects lie in different partitions. */
const objectsCount = 8;
const minuteMs = 60_000;
/** Longer than the ten minutes that alert. */
const lateMs = 11 * minuteMs;
/** Longer than the minute that alerts. */
const paidWithoutAccessMs = 70_000;
const buyersCount = 3;
const requestEveryMs = 200;
/** Shorter than the two seconds after which the job is due again, so that it is not run between two renewals. */
const renewLockEveryMs = 1_000;

async function notify({ notificationUrl }: Stage, id: unknown): Promise<void> {
  const answer = await fetch(notificationUrl, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ type: 'notification', event: 'payment.succeeded', object: { id } }),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`the notification was answered ${answer.status}`);
}

async function paidIds(stage: Stage, count: number): Promise<readonly unknown[]> {
  const bought = await Promise.all(Array.from({ length: count }, () => stage.subscriber()));
  const ledgers = await Promise.all(bought.map(({ userId }) => stage.sandbox.ledgerOf(userId)));
  return ledgers.map(({ payments }) => payments[0]?.['id']);
}

/** Eleven minutes pass by moving back what is due, while no consumer runs. */
async function letBeLate({ mongo }: Stage, userId: string): Promise<void> {
  const subscribers = mongo.db.collection<Pick<SubscriberDocument, '_id' | 'announce'>>('subscribers');
  const found = await subscribers.findOne({ _id: userId });
  if (found === null) throw new Error(`${userId} has no document.`);
  const { business, real } = announceFrom(found.announce);
  const late = { at: Date.now() - lateMs };
  const announce = {
    ...announceFrom(found.announce),
    business: business && { ...business, ...late },
    real: real && { ...real, ...late },
  };
  // The key goes with the instants: jobs claim what they announce by it.
  await subscribers.updateOne({ _id: userId }, { $set: { announce: { ...announce, key: announceKey(announce) } } });
}

/** Until each job has succeeded twice: the shorter windows would take one that runs once a minute for stalled. */
export const everyJobHasRun = ({ system }: Stage) =>
  eventually(
    async () => (await fetch(`http://127.0.0.1:${system.ports.jobsMetrics}/metrics`)).text(),
    (text) =>
      [...text.matchAll(/^billing_job_runs_total\{.*outcome="succeeded"\} (\d+)$/gm)].every(
        ([, runs]) => Number(runs) > 1,
      ),
    { patienceMs: 3 * minuteMs, everyMs: 1_000 },
  );

/** The lock of a job, kept as by a process whose run hangs: it is renewed, and the job runs nowhere. Returns how to end it. */
function keepLock({ mongo }: Stage, name: string, signal: AbortSignal): () => Promise<void> {
  const over = new AbortController();
  const until = AbortSignal.any([over.signal, signal]);
  const keeping = (async () => {
    while (!until.aborted) {
      await mongo.db.collection('agendaJobs').updateOne({ name }, { $set: { lockedAt: new Date() } });
      await pause(renewLockEveryMs, undefined, { signal: until }).catch(() => undefined);
    }
  })();
  return async () => {
    over.abort();
    await keeping;
  };
}

/** Alerts about processes and servers that are missing. */
export const serverRows: readonly Row[] = [
  {
    alerts: ['BillingProcessMissing', 'BillingAccessLate'],
    fault: 'notifications are lost and the jobs are killed while people pay',
    cure: 'the jobs run again; notifications arrive',
    strike: async (stage, signal) => {
      await stage.sandbox.control('notifications', { mode: 'off' });
      const buyers = Array.from({ length: buyersCount }, () => randomUUID());
      for (const userId of buyers) await (await stage.userOf(userId)).buy('month');
      await stage.kill('jobs');
      for (const userId of buyers) await stage.sandbox.payPage(userId);
      // The alert is about this very time.
      await pause(paidWithoutAccessMs, undefined, { signal });
      await stage.start('jobs');
      return {
        cure: async () => {
          await stage.sandbox.control('notifications', { mode: 'normal' });
        },
      };
    },
  },
  {
    alerts: ['BillingLag', 'BillingTimersLate'],
    fault: 'the consumers hang',
    cure: 'the consumers go on',
    strike: async (stage) => {
      const [id] = await paidIds(stage, 1);
      const late = randomUUID();
      await (await stage.userOf(late)).buy('month');
      stage.signal('consumers', 'SIGSTOP');
      await letBeLate(stage, late);
      for (let sent = 0; sent < waitingCount; sent += 1) await notify(stage, id);
      return {
        cure: () => {
          stage.signal('consumers', 'SIGCONT');
          return Promise.resolve();
        },
      };
    },
  },
  {
    alerts: ['BillingJobStalled'],
    fault: 'one job hangs in another process, which keeps its lock',
    cure: 'that process ends',
    ready: everyJobHasRun,
    strike: (stage, signal) => Promise.resolve({ cure: keepLock(stage, 'sweep-outbox', signal) }),
  },
  {
    alerts: ['BillingPartitionRests', 'BillingBlind', 'BillingApiErrors'],
    fault: 'MongoDB is killed',
    cure: 'MongoDB runs again',
    strike: async (stage, signal) => {
      const ids = await paidIds(stage, objectsCount);
      await stage.kill('mongod');
      for (const id of ids) await notify(stage, id);
      const over = new AbortController();
      const until = AbortSignal.any([over.signal, signal]);
      const asking = (async () => {
        while (!until.aborted) {
          await stage.staff.profile().catch(() => undefined);
          await pause(requestEveryMs);
        }
      })();
      return {
        cure: async () => {
          await stage.start('mongod');
          over.abort();
          await asking;
        },
      };
    },
  },
];
