import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../stack/folders.ts';
import { eventually } from '../../tools/client/eventually.ts';
import { askPrometheus, freePort } from '../support/prometheus.ts';
import { shortenRules } from './shorten-rules.ts';

export type Prometheus = {
  /** Names of the alerts that fire now. */
  readonly firing: () => Promise<ReadonlySet<string>>;
  /** How many series answer the query; null where it is none. */
  readonly count: (query: string) => Promise<number | null>;
  readonly stop: () => Promise<void>;
};

const rulesFile = join(projectRoot, 'k8s/components/monitoring/alerts.yaml');
const startWait = { patienceMs: 30_000, everyMs: 100 };

/** Prometheus reads JSON as the YAML that it is. */
function writeConfig(folder: string, ports: readonly number[]): string {
  writeFileSync(join(folder, 'rules.json'), JSON.stringify(shortenRules(readFileSync(rulesFile, 'utf8'))));
  const targets = ports.map((port) => `127.0.0.1:${port}`);
  const file = join(folder, 'prometheus.json');
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.json'],
    scrape_configs: [{ job_name: 'billing', static_configs: [{ targets }] }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** A real Prometheus over the processes, with the real rules made shorter. */
export async function startPrometheus(folder: string, ports: readonly number[]): Promise<Prometheus> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const address = `http://127.0.0.1:${port}/api/v1`;
  const args = [`--config.file=${writeConfig(folder, ports)}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  const log = openSync(join(folder, 'prometheus.log'), 'w');
  const child = spawn('prometheus', [...args, `--web.listen-address=127.0.0.1:${port}`], {
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const count = async (query: string): Promise<number | null> => {
    const { status, data } = await askPrometheus(`${address}/query?${new URLSearchParams({ query }).toString()}`);
    return status === 200 ? (data as { readonly result: readonly unknown[] }).result.length : null;
  };
  const prometheus: Prometheus = {
    firing: async () => {
      const { data } = await askPrometheus(`${address}/alerts`);
      if (data === null) throw new Error('Prometheus does not answer');
      const { alerts } = data as {
        readonly alerts: readonly { readonly state: string; readonly labels: { readonly alertname: string } }[];
      };
      return new Set(alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname));
    },
    count,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
  try {
    await eventually(
      () => count('up == 1'),
      (found) => found === ports.length,
      startWait,
    );
  } catch (error) {
    await prometheus.stop();
    throw error;
  }
  return prometheus;
}
