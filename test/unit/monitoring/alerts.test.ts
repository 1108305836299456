import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ExportedMetrics, exportedMetrics } from '../../support/exported-metrics.ts';
import { projectRoot } from '../containers/project.ts';
import { type AlertCase, alertCases } from './alert-cases.ts';
import { alerts, alertsFile } from './alerts.ts';
import { namesMetric, unanswered } from './queries.ts';

const promtool = (args: readonly string[]) => spawnSync('promtool', args, { cwd: projectRoot, encoding: 'utf8' });
const hasPromtool = promtool(['--version']).status === 0;
if (!hasPromtool) console.log('No alert is made to fire: there is no promtool on this machine (package prometheus).');

let exported: ExportedMetrics;
beforeAll(async () => {
  exported = await exportedMetrics();
});

const folder = mkdtempSync(join(tmpdir(), 'billing-alerts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tryCase({ alert, series, labels = {}, ...at }: AlertCase) {
  const rule = alerts.find((one) => one.alert === alert);
  if (rule === undefined) throw new Error(`There is no alert ${alert}.`);
  // promtool compares the annotations as they are rendered; a case says which alert comes, not how it is worded.
  const worded = { ...rule, annotations: {} };
  const rules = join(folder, `${alert}.rules.json`);
  writeFileSync(rules, JSON.stringify({ groups: [{ name: 'tried', rules: [worded] }] }));
  const fired = [{ exp_labels: { ...rule.labels, ...labels } }];
  const expected = [
    { eval_time: at.quietAt, alertname: alert, exp_alerts: [] },
    { eval_time: at.firesAt, alertname: alert, exp_alerts: fired },
    { eval_time: at.overAt, alertname: alert, exp_alerts: [] },
  ];
  const input = Object.entries(series).map(([name, values]) => ({ series: name, values }));
  const tests = [{ interval: '1m', input_series: input, alert_rule_test: expected }];
  const file = join(folder, `${alert}.test.json`);
  writeFileSync(file, JSON.stringify({ rule_files: [rules], evaluation_interval: '1m', tests }));
  const { status, stdout, stderr } = promtool(['test', 'rules', file]);
  return { status, complaints: `${stdout}${stderr}` };
}

(hasPromtool ? describe : describe.skip)('to Prometheus', () => {
  test('the file of rules is one', () => {
    const { status, stdout, stderr } = promtool(['check', 'rules', alertsFile]);
    expect(status === 0 ? '' : `${stdout}${stderr}`).toBe('');
  });

  test.each(alertCases)('$alert is silent, fires at its fault, and is silent after it', (one) => {
    expect(tryCase(one)).toEqual({ status: 0, complaints: expect.stringContaining('SUCCESS') });
  });

  test('an alert that does not come is noticed', () => {
    const [one] = alertCases.filter(({ alert }) => alert === 'BillingLag');
    if (one === undefined) throw new Error('There is no such case.');
    const healthy = { 'billing_consumer_lag{group="billing-hints",topic="billing.hints.v1"}': '80x100' };
    expect(tryCase({ ...one, series: healthy }).status).toBe(1);
  });
});

describe('the alerts', () => {
  test('have a case each, at least', () => {
    const named = new Set(alertCases.map(({ alert }) => alert));
    expect([...named].toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted());
  });

  test.each(alerts)('$alert asks for what a process exports', ({ expr }) => {
    expect(namesMetric(expr)).toBe(true);
    expect(unanswered(expr, exported)).toEqual([]);
  });

  test.each(alertCases)('the case of $alert has series that a process exports', ({ series }) => {
    const byPod = (name: string): string => name.replace(/,?(pod|version)="[^"]*"/, '');
    expect(Object.keys(series).flatMap((name) => unanswered(byPod(name), exported))).toEqual([]);
  });

  test.each(alerts)('$alert says whom it wakes', ({ labels, annotations }) => {
    expect(['page', 'ticket']).toContain(labels['severity']);
    expect(annotations.summary).not.toBe('');
  });
});

/** Prometheus sets them itself at a scrape, and renames one of ours to `exported_…`: a query for it would find the scrape's. */
const labelsOfTheScrape = ['job', 'instance', 'namespace', 'pod', 'container', 'endpoint', 'service', 'node'];

test('no metric has a label that the scrape sets', () => {
  const taken = [...exported].filter(([, series]) =>
    series.some((labels) => labelsOfTheScrape.some((name) => name in labels)),
  );
  expect(taken.map(([name]) => name)).toEqual([]);
});

test.each([
  ['a metric that no process exports', 'sum(billing_no_such_total)', ['billing_no_such_total{}']],
  [
    'a value that no label has',
    'rate(billing_messages_total{outcome="deadLettered"}[5m])',
    ['billing_messages_total{outcome=deadLettered}'],
  ],
  ['a label that the metric lacks', 'sum by (user) (billing_work_items)', ['user']],
])('a query for %s is noticed', (_what, query, missing) => {
  expect(unanswered(query, exported)).toEqual(missing);
});
