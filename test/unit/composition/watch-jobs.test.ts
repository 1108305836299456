import { expect, test } from '@jest/globals';
import { createProcessMetrics } from '../../../src/adapters/metrics/process-metrics.ts';
import { watchJobs } from '../../../src/composition/watch-jobs.ts';

test('the metrics of the jobs process have the runs, the failures and the last counts of each job', async () => {
  const metrics = createProcessMetrics({ process: 'jobs', version: '1.0.0' });
  const lastCounts = { found: 4, announced: 3 };
  watchJobs(metrics, {
    runs: () => [{ job: 'announce-renewals', runs: 12, failures: 2, lastCounts }],
    storeErrors: () => 5,
  });
  const { text } = await metrics.read();
  expect(text.split('\n').filter((line) => line.startsWith('billing_job'))).toEqual([
    'billing_job_runs_total{task="announce-renewals",outcome="succeeded"} 10',
    'billing_job_runs_total{task="announce-renewals",outcome="failed"} 2',
    'billing_job_runs{task="announce-renewals"} 12',
    'billing_job_failures{task="announce-renewals"} 2',
    'billing_job_last_counts{count="announce-renewals.found"} 4',
    'billing_job_last_counts{count="announce-renewals.announced"} 3',
    'billing_job_store_errors{store="agenda"} 5',
  ]);
});

test('a count that the last run did not have is gone, so that its alert falls silent', async () => {
  const metrics = createProcessMetrics({ process: 'jobs', version: '1.0.0' });
  let lastCounts: Readonly<Record<string, number>> = { pages: 2, unknown_here: 1 };
  watchJobs(metrics, {
    runs: () => [{ job: 'reconcile-recent', runs: 1, failures: 0, lastCounts }],
    storeErrors: () => 0,
  });
  const counts = async () => (await metrics.read()).text.split('\n').filter((line) => line.includes('last_counts{'));
  expect(await counts()).toHaveLength(2);
  lastCounts = { pages: 2 };
  expect(await counts()).toEqual(['billing_job_last_counts{count="reconcile-recent.pages"} 2']);
});
