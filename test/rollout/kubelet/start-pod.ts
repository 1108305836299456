import { setTimeout as pause } from 'node:timers/promises';
import type { Docker } from '../../../tools/containers/docker.ts';
import type { Pod } from '../../unit/containers/k8s/resource.ts';
import { containerArguments, type Sources } from './container-arguments.ts';
import { watchHealth } from './watch-health.ts';

/** Where pods run, what each is run with, such as the network, and the settings that they find. */
export type Place = { readonly docker: Docker; readonly args: readonly string[]; readonly sources: Sources };
/** What a pod is made of. The release says which version of its template it runs. */
type Plan = Readonly<Record<'name' | 'owner' | 'node' | 'release', string>> & { readonly template: Pod };
export type RunningPod = ReturnType<typeof startPod>;

/** Kubernetes promises no time in which all nodes learn of an end; a second or two is usual, and preStop must cover it. */
const endpointsLagMs = 2_000;
/** Longer than any run, so that waiting for the end of a container is never what ends it. */
const waitMsMax = 2 * 3_600_000;
const callMsMax = 60_000;
/** As in Kubernetes: 10 s after the first end, then twice as long each time, at most 5 minutes. */
const restartAfterMs = 10_000;
const restartAfterMsMax = 300_000;

export function startPod({ docker, args, sources }: Place, plan: Plan) {
  const { name, template } = plan;
  const { containers, restartPolicy, terminationGracePeriodSeconds: graceSeconds = 30 } = template.spec;
  const ending = new AbortController();
  const isEnding = (): boolean => ending.signal.aborted;
  let [ip, isReady, restarts, servesUntilMs] = ['', false, 0, 0];
  let exitCode: number | null = null;
  const call = (args: readonly string[], timeoutMs = callMsMax) => docker.docker(args, { log: 'pods', timeoutMs });
  const stop = (seconds: number) => call(['stop', '--time', String(seconds), name], callMsMax + seconds * 1000);

  async function liveOnce(): Promise<void> {
    await underWay;
    ip = (await call(['inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', name])).trim();
    const life = new AbortController();
    const watching = watchHealth(containers[0], ip, life.signal, {
      onReady: (now) => (isReady = now && !isEnding()),
      // A container that has ended meanwhile is dead as well.
      onAlive: (isAlive) => void (isAlive || stop(graceSeconds).catch(() => undefined)),
    });
    exitCode = Number(await call(['wait', name], waitMsMax));
    isReady = false;
    life.abort();
    await watching;
  }

  async function live(): Promise<void> {
    await liveOnce();
    for (; restartPolicy !== 'Never' && !isEnding(); restarts += 1) {
      const afterMs = Math.min(restartAfterMs * 2 ** restarts, restartAfterMsMax);
      await pause(afterMs, undefined, { signal: ending.signal }).catch(() => undefined);
      if (isEnding()) break;
      underWay = call(['start', name]);
      await liveOnce();
    }
    await docker.docker(['logs', name], { log: `pod-${name}`, timeoutMs: callMsMax });
  }

  /** In order: the pause before the end, SIGTERM, and SIGKILL after the time of grace. Returns how long it took. */
  async function end(): Promise<number> {
    const startedMs = performance.now();
    if (isReady) servesUntilMs = startedMs + endpointsLagMs;
    isReady = false;
    ending.abort();
    // A container that is started after its stop would stay.
    await underWay;
    const preStopSeconds = containers[0].lifecycle?.preStop?.sleep?.seconds ?? 0;
    await pause(preStopSeconds * 1000);
    await stop(graceSeconds - preStopSeconds);
    const tookMs = performance.now() - startedMs;
    await over;
    await call(['rm', '--force', name]);
    return tookMs;
  }

  let underWay = call(['run', '--detach', '--name', name, ...args, ...containerArguments(template, sources)]);
  const over = live();
  // Who waits for `over` reports a failure. Until then it must not end the process as an unhandled rejection.
  over.catch(() => undefined);
  let ended: Promise<number> | null = null;
  return {
    ...plan,
    ip: () => ip,
    isReady: () => isReady,
    isEnding,
    restarts: () => restarts,
    /** In the endpoints of a service: ready, or ending since so short a time that not every node knows. */
    isServing: () => isReady || performance.now() < servesUntilMs,
    /** Of the last end of its container; null before the first. */
    exitCode: () => exitCode,
    over,
    end: () => (ended ??= end()),
  };
}
