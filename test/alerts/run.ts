import { join } from 'node:path';
import type { System } from '../../stack/embedded-stack.ts';
import { waitUntil } from '../../stack/wait-until.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { headline, isWell, type Outcome, outcomeLines } from './report.ts';
import type { Row } from './row.ts';
import { everyJobHasRun } from './rows-of-servers.ts';
import { scenesOf } from './scenes.ts';
import { factor } from './shorten-rules.ts';
import { openStage, type Stage } from './stage.ts';
import { type AlertWatch, watchAlerts } from './watch-alerts.ts';
import { walkPage } from './walk-page.ts';

/** The longest is a partition that rests for two and a half minutes, after a minute of failures. */
const fireMsMax = 420_000;
/** A window of 90 s, and what has waited is done first. */
const silenceMsMax = 300_000;
/** An alert that is silent for a moment may still come again. */
const quietMs = 5_000;
const everyMs = 250;
const metricsPorts = ['apiMetrics', 'consumersMetrics', 'jobsMetrics'] as const;

type Scene = { readonly stage: Stage; readonly prometheus: Prometheus; readonly watch: AlertWatch };

/** One fault from its begin to the silence after its cure. */
async function tryRow({ stage, prometheus, watch }: Scene, row: Row): Promise<readonly Outcome[]> {
  const { signal } = stage.system;
  const isSilent = (alert: string): boolean => performance.now() - (watch.lastMs(alert) ?? -Infinity) > quietMs;
  await row.ready?.(stage);
  await waitUntil(() => row.alerts.every(isSilent), { timeoutMs: silenceMsMax, intervalMs: everyMs, signal });
  const struckMs = performance.now();
  const fired = row.alerts.map(async (alert) => {
    const wait = { timeoutMs: fireMsMax, intervalMs: everyMs, signal };
    return (await waitUntil(() => watch.fires(alert), wait)) ? performance.now() - struckMs : null;
  });
  const { cure, words = {} } = await row.strike(stage, signal);
  const firedAfterMs = await Promise.all(fired);
  const wrong: (readonly string[])[] = [];
  for (const alert of row.alerts) wrong.push(await walkPage(stage, prometheus, alert, words));
  await cure();
  const curedMs = performance.now();
  const silent = row.alerts.map(async (alert) => {
    const wait = { timeoutMs: silenceMsMax, intervalMs: everyMs, signal };
    if (!(await waitUntil(() => isSilent(alert), wait))) return null;
    return Math.max(0, (watch.lastMs(alert) ?? 0) - curedMs);
  });
  const silentAfterMs = await Promise.all(silent);
  return row.alerts.map((alert, index) => ({
    ...{ alert, fault: row.fault },
    firedAfterMs: firedAfterMs[index] ?? null,
    silentAfterMs: silentAfterMs[index] ?? null,
    wrong: wrong[index] ?? [],
  }));
}

/** A row that cannot be played to its end fails alone: the others go on. */
async function tellRow(scene: Scene, row: Row): Promise<readonly Outcome[]> {
  const { say, signal } = scene.stage.system;
  const outcomes = await tryRow(scene, row).catch((error: unknown): readonly Outcome[] => {
    signal.throwIfAborted();
    const wrong = [error instanceof Error ? error.message : String(error)];
    return row.alerts.map((alert) => ({ alert, fault: row.fault, firedAfterMs: null, silentAfterMs: null, wrong }));
  });
  for (const line of outcomes.flatMap(outcomeLines)) say(line);
  return outcomes;
}

async function playScene(scene: Scene, rows: readonly Row[]): Promise<boolean> {
  const { say } = scene.stage.system;
  const beganMs = performance.now();
  const outcomes = await Promise.all(rows.map((row) => tellRow(scene, row)));
  const meant = rows.flatMap(({ alerts }) => alerts);
  const others = scene.watch.firedSince(beganMs).filter((alert) => !meant.includes(alert));
  if (others.length > 0) say(`    fired as well: ${others.join(', ')}`);
  return outcomes.flat().every(isWell);
}

/** Makes alerts fire by their faults and fall silent by their cures. Returns whether all did. */
export async function tryAlerts(system: System, wanted: readonly string[]): Promise<boolean> {
  const stage = await openStage(system);
  const ending = new AbortController();
  let prometheus: Prometheus | null = null;
  try {
    const ports = metricsPorts.map((name) => system.ports[name]);
    prometheus = await startPrometheus(join(system.folders.data, 'prometheus'), ports);
    const watch = watchAlerts(prometheus, ending.signal);
    system.say(`Windows and waits of the rules are ${factor} times shorter, a few less; thresholds are as they are.`);
    system.say(headline);
    // The first runs of the jobs are over before Prometheus looks, and short windows would take that for a standstill.
    await everyJobHasRun(stage);
    let areWell = true;
    for (const rows of scenesOf(wanted)) areWell = (await playScene({ stage, prometheus, watch }, rows)) && areWell;
    return areWell;
  } finally {
    ending.abort();
    await prometheus?.stop();
    await stage.mongo.close();
  }
}
