import { setTimeout as pause } from 'node:timers/promises';
import type { Docker } from '../../../tools/containers/docker.ts';
import type { Pod } from '../../unit/containers/k8s/resource.ts';
import { containerArguments, type Sources } from './container-arguments.ts';
import { watchHealth } from './watch-health.ts';

/** Where pods run: also what every one of them is run with, such as the network, and the settings that they find. */
export type Place = { readonly docker: Docker; readonly args: readonly string[]; readonly sources: Sources };
/** What a pod is made of. The release says which version of its template it runs. */
type Plan = Readonly<Record<'name' | 'owner' | 'node' | 'release', string>> & { readonly template: Pod };
export type RunningPod = ReturnType<typeof startPod>;

/** Kubernetes promises no time in which all nodes learn of an end; a second or two is usual, and preStop must cover it. */
const endpointsLagMs = 2_000;
/** Longer than any run, so that waiting for the end of a container is never what ends it. */
const waitMsMax = 2 * 3_600_000;
const callMsMax = 60_000;

/** Runs a pod until it ends. One that ends by itself stays as it is, unready, and is not started again. */
export function startPod({ docker, args, sources }: Place, plan: Plan) {
  const { name, template } = plan;
  const { containers, terminationGracePeriodSeconds: graceSeconds = 30 } = template.spec;
  let [ip, isReady, isEnding, servesUntilMs] = ['', false, false, 0];
  let exitCode: number | null = null;
  const call = (args: readonly string[], timeoutMs = callMsMax): Promise<string> =>
    docker.docker(args, { log: 'pods', timeoutMs });
  const stop = (seconds: number): Promise<string> =>
    call(['stop', '--time', String(seconds), name], callMsMax + seconds * 1000);

  async function start(): Promise<void> {
    await call(['run', '--detach', '--name', name, ...args, ...containerArguments(template, sources)]);
    ip = (await call(['inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', name])).trim();
  }

  async function live(): Promise<void> {
    await started;
    const life = new AbortController();
    const watching = watchHealth(containers[0], ip, life.signal, {
      onReady: (now) => (isReady = now && !isEnding),
      // A container that has ended meanwhile is dead as well.
      onAlive: (isAlive) => isAlive || stop(graceSeconds).catch(() => undefined),
    });
    const code = Number(await call(['wait', name], waitMsMax));
    isReady = false;
    life.abort();
    await watching;
    await docker.docker(['logs', name], { log: `pod-${name}`, timeoutMs: callMsMax });
    exitCode = code;
  }

  /** In order: the pause before the end, SIGTERM, and SIGKILL after the time of grace. Returns how long it took. */
  async function end(): Promise<number> {
    const startedMs = performance.now();
    if (isReady) servesUntilMs = startedMs + endpointsLagMs;
    [isEnding, isReady] = [true, false];
    // A container that is started after its stop would stay.
    await started;
    const preStopSeconds = containers[0].lifecycle?.preStop?.sleep?.seconds ?? 0;
    await pause(preStopSeconds * 1000);
    await stop(graceSeconds - preStopSeconds);
    const tookMs = performance.now() - startedMs;
    await over;
    await call(['rm', '--force', name]);
    return tookMs;
  }

  const started = start();
  const over = live();
  // Who waits for `over` reports a failure. Until then it must not end the process as an unhandled rejection.
  over.catch(() => undefined);
  let ended: Promise<number> | null = null;
  return {
    ...plan,
    ip: () => ip,
    isReady: () => isReady,
    isEnding: () => isEnding,
    /** In the endpoints of a service: ready, or ending since so short a time that not every node knows. */
    isServing: () => isReady || performance.now() < servesUntilMs,
    /** Null while it runs. */
    exitCode: () => exitCode,
    over,
    end: () => (ended ??= end()),
  };
}
