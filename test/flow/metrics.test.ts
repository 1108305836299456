import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../../tools/client/eventually.ts';
import { askPrometheus, freePort, hasPrometheus } from '../support/prometheus.ts';
import { sandbox, userOf } from '../support/system-client.ts';

// A real Prometheus reads the running processes: their answers must be its format, and the queries of the boards its language.

const isThere = hasPrometheus();
if (!isThere) console.log('No Prometheus reads the system: there is none on this machine (package prometheus).');

const monitoring = join(import.meta.dirname, '../../k8s/components/monitoring');
const ports = (process.env['TEST_METRICS_PORTS'] ?? '').split(',');
const folder = mkdtempSync(join(tmpdir(), 'billing-prometheus-'));
let prometheus: ChildProcess;
let address = '';

/** Prometheus reads JSON as the YAML that it is. */
function writeConfig(): string {
  cpSync(join(monitoring, 'alerts.yaml'), join(folder, 'alerts.yaml'));
  const targets = ports.map((port) => `127.0.0.1:${port}`);
  const file = join(folder, 'prometheus.yaml');
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['alerts.yaml'],
    scrape_configs: [{ job_name: 'billing', static_configs: [{ targets }] }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

type Rule = { readonly name: string; readonly health: string; readonly state: string };
type Series = { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] };

const ask = (path: string) => askPrometheus(`${address}/api/v1/${path}`);

const seriesIn = (data: unknown) => (data as { readonly result: readonly Series[] }).result;

async function query(text: string): Promise<readonly Series[]> {
  const { status, data } = await ask(`query?${new URLSearchParams({ query: text }).toString()}`);
  return status === 200 ? seriesIn(data) : [];
}

const whenThere = isThere ? describe : describe.skip;

whenThere('a Prometheus that reads the system', () => {
  beforeAll(async () => {
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    const args = [`--config.file=${writeConfig()}`, `--storage.tsdb.path=${folder}/data`];
    prometheus = spawn('prometheus', [...args, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
    await eventually(
      () => query('up'),
      (found) => found.length === ports.length,
    );
  }, 60_000);
  afterAll(async () => {
    const ended = new Promise((resolve) => prometheus.once('exit', resolve));
    prometheus.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  test('reads every process, and sees a purchase and what waits', async () => {
    const userId = randomUUID();
    const user = await userOf(userId);
    await user.buy('month');
    await sandbox.payPage(userId);
    const bought = await eventually(
      () => query('sum(billing_paid_to_access_seconds_count{kind="checkout"})'),
      ([series]) => Number(series?.value[1]) > 0,
    );
    expect(bought).toHaveLength(1);
    const up = await eventually(
      () => query('up == 1'),
      (found) => found.length === ports.length,
    );
    expect(up).toHaveLength(ports.length);
    const groups = await eventually(
      () => query('billing_consumer_lag'),
      (found) => found.length > 0,
    );
    expect(groups.map(({ metric }) => metric['group']).toSorted()).toEqual([
      'billing-commands',
      'billing-dead-letters',
      'billing-hints',
      'billing-keeper',
      'billing-timers',
    ]);
  }, 60_000);

  test('answers each query of the boards with data', async () => {
    const boards = readdirSync(join(monitoring, 'boards')).map(
      (name) =>
        JSON.parse(readFileSync(join(monitoring, 'boards', name), 'utf8')) as {
          readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
        },
    );
    const queries = boards.flatMap(({ panels }) => panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)));
    // A rate needs two scrapes, and what a job counts its first run.
    await eventually(
      async () => {
        const empty: string[] = [];
        for (const expr of queries) {
          const { status, data } = await ask(`query?${new URLSearchParams({ query: expr }).toString()}`);
          if (status !== 200) throw new Error(`${expr} is no query`);
          if (seriesIn(data).length === 0) empty.push(expr);
        }
        return empty;
      },
      (empty) => empty.length === 0,
      { patienceMs: 90_000, everyMs: 1_000 },
    );
  }, 120_000);

  test('has taken every rule, and no alert fires while the system is well', async () => {
    const { data } = await ask('rules');
    const { groups } = data as { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(10);
    expect(rules.filter(({ health }) => health === 'err')).toEqual([]);
    expect(rules.filter(({ state }) => state === 'firing').map(({ name }) => name)).toEqual([]);
  });
});
