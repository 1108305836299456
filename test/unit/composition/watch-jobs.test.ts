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
    'billing_job_runs_total{job="announce-renewals",outcome="succeeded"} 10',
    'billing_job_runs_total{job="announce-renewals",outcome="failed"} 2',
    'billing_job_runs{job="announce-renewals"} 12',
    'billing_job_failures{job="announce-renewals"} 2',
    'billing_job_last_counts{count="announce-renewals.found"} 4',
    'billing_job_last_counts{count="announce-renewals.announced"} 3',
    'billing_job_store_errors{store="agenda"} 5',
  ]);
});
