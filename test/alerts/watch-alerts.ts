import { waitUntil } from '../../stack/wait-until.ts';
import type { Prometheus } from './prometheus.ts';

export type AlertWatch = {
  readonly fires: (alert: string) => boolean;
  /** Which alerts have fired since then, on the clock of `performance`. */
  readonly firedSince: (sinceMs: number) => readonly string[];
  readonly lastMs: (alert: string) => number | null;
};

const everyMs = 250;

/** Asks for the alerts that fire, until the signal aborts. */
export function watchAlerts(prometheus: Prometheus, signal: AbortSignal): AlertWatch {
  const lastMs = new Map<string, number>();
  let now: ReadonlySet<string> = new Set();
  const look = async (): Promise<boolean> => {
    now = await prometheus.firing();
    for (const alert of now) lastMs.set(alert, performance.now());
    return false;
  };
  // The wait ends by its signal, which is no failure.
  waitUntil(look, { timeoutMs: Infinity, intervalMs: everyMs, signal }).catch(() => undefined);
  return {
    fires: (alert) => now.has(alert),
    firedSince: (sinceMs) => [...lastMs].filter(([, ms]) => ms >= sinceMs).map(([alert]) => alert),
    lastMs: (alert) => lastMs.get(alert) ?? null,
  };
}
