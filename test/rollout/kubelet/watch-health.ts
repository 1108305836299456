import { setTimeout as pause } from 'node:timers/promises';
import type { ContainerSpec, Probe } from './shapes.ts';

type Reactions = { readonly onReady: (isReady: boolean) => void; readonly onDead: () => void };

/** Asks a container from outside, as a kubelet does: first whether it has started, then whether it is ready and alive. */
export async function watchHealth(
  container: ContainerSpec,
  ip: string,
  signal: AbortSignal,
  { onReady, onDead }: Reactions,
): Promise<void> {
  const { startupProbe, readinessProbe, livenessProbe } = container;
  const ask = (probe: Probe): string => {
    const { path, port } = probe.httpGet;
    const named = container.ports?.find((one) => one.name === port);
    return `http://${ip}:${String(named?.containerPort ?? port)}${path}`;
  };
  if (startupProbe !== undefined) {
    const started = new AbortController();
    await repeat(startupProbe, ask(startupProbe), AbortSignal.any([signal, started.signal]), (isOk) => {
      started.abort();
      if (!isOk) onDead();
    });
  }
  if (readinessProbe === undefined) onReady(true);
  await Promise.all([
    readinessProbe && repeat(readinessProbe, ask(readinessProbe), signal, onReady),
    livenessProbe && repeat(livenessProbe, ask(livenessProbe), signal, (isOk) => isOk || onDead()),
  ]);
}

/** Reports each success, and a failure once it has lasted for the threshold. The defaults are those of Kubernetes. */
async function repeat(probe: Probe, url: string, signal: AbortSignal, report: (isOk: boolean) => void): Promise<void> {
  const { periodSeconds = 10, timeoutSeconds = 1, failureThreshold = 3 } = probe;
  const isOver = (): boolean => signal.aborted;
  let failures = 0;
  while (!isOver()) {
    const isOk = await answers(url, timeoutSeconds * 1000);
    failures = isOk ? 0 : failures + 1;
    if (!isOver() && (isOk || failures >= failureThreshold)) report(isOk);
    await pause(periodSeconds * 1000, undefined, { signal }).catch(() => undefined);
  }
}

async function answers(url: string, timeoutMs: number): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), headers: { Connection: 'close' } });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
