import { setTimeout as pause } from 'node:timers/promises';
import type { Container, Probe } from '../../unit/containers/k8s/resource.ts';

type Report = (isOk: boolean) => unknown;

/** Asks a container from outside, as a kubelet does: first whether it has started, then whether it is ready and alive. */
export async function watchHealth(
  { startupProbe, readinessProbe, livenessProbe, ports }: Container,
  ip: string,
  signal: AbortSignal,
  { onReady, onAlive }: { readonly onReady: Report; readonly onAlive: Report },
): Promise<void> {
  /** Reports each success, and a failure once it has lasted for the threshold. The defaults are those of Kubernetes. */
  async function repeat(probe: Probe | undefined, until: AbortSignal, report: Report): Promise<void> {
    const { httpGet, periodSeconds = 10, timeoutSeconds = 1, failureThreshold = 3 } = probe ?? {};
    if (httpGet === undefined) return void report(true);
    const port = ports?.find(({ name }) => name === httpGet.port)?.containerPort ?? httpGet.port;
    const hasEnded = (): boolean => until.aborted;
    for (let failures = 0; !hasEnded();) {
      const isOk = await answers(`http://${ip}:${String(port)}${httpGet.path}`, timeoutSeconds * 1000);
      failures = isOk ? 0 : failures + 1;
      if (!hasEnded() && (isOk || failures >= failureThreshold)) report(isOk);
      await pause(periodSeconds * 1000, undefined, { signal: until }).catch(() => undefined);
    }
  }
  const started = new AbortController();
  await repeat(startupProbe, AbortSignal.any([signal, started.signal]), (isOk) => {
    started.abort();
    onAlive(isOk);
  });
  await Promise.all([repeat(readinessProbe, signal, onReady), repeat(livenessProbe, signal, onAlive)]);
}

async function answers(url: string, timeoutMs: number): Promise<boolean> {
  const init = { signal: AbortSignal.timeout(timeoutMs), headers: { Connection: 'close' } };
  const answer = await fetch(url, init).catch(() => null);
  await answer?.body?.cancel();
  return answer?.ok === true;
}
