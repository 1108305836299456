import { setTimeout as pause } from 'node:timers/promises';
import type { Docker } from '../../../tools/containers/docker.ts';
import { containerArguments, type Sources } from './container-arguments.ts';
import type { PodTemplate } from './shapes.ts';
import { watchHealth } from './watch-health.ts';

/** What a pod is made of. The release says which version of its template it runs. */
export type PodPlan = {
  readonly name: string;
  readonly owner: string;
  readonly node: string;
  readonly release: string;
  readonly template: PodTemplate;
};

export type Pod = PodPlan & {
  readonly ip: () => string;
  readonly isReady: () => boolean;
  readonly isEnding: () => boolean;
  /** In the endpoints of a service: ready, or ending since so short a time that not every node knows. */
  readonly isServing: () => boolean;
  readonly restarts: () => number;
  readonly exitCode: () => number | null;
  /** Ends it in order: the pause before the end, SIGTERM, and SIGKILL after the time of grace. Returns how long it took. */
  readonly end: () => Promise<number>;
  /** Resolves when its last container has ended. */
  readonly over: Promise<void>;
};

export type Node = {
  readonly docker: Docker;
  readonly network: string;
  /** Names of services with the address at which they are found, as `name:address`. */
  readonly hosts: readonly string[];
  readonly sources: Sources;
};

export const label = 'cinema-billing.rollout';
/** As in Kubernetes: 10 s after the first end, then twice as long each time, at most 5 minutes. */
const restartAfterMs = 10_000;
const restartAfterMsMax = 300_000;
/** Kubernetes promises no time; a second or two is usual, and the pause before the end must cover it. */
const endpointsLagMs = 2_000;
/** Longer than any run, so that waiting for the end of a container is never what ends it. */
const waitMsMax = 2 * 3_600_000;
const callMsMax = 60_000;

export function startPod({ docker, network, hosts, sources }: Node, plan: PodPlan): Pod {
  const { name, template } = plan;
  const { containers, restartPolicy, terminationGracePeriodSeconds: graceSeconds = 30 } = template.spec;
  const ending = new AbortController();
  const isEnding = (): boolean => ending.signal.aborted;
  let [ip, isReady, restarts, servesUntilMs] = ['', false, 0, 0];
  let exitCode: number | null = null;
  const call = (...args: string[]): Promise<string> => docker.docker(args, { log: 'pods', timeoutMs: callMsMax });

  async function liveOnce(): Promise<void> {
    await call('start', name);
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    ip = (await call('inspect', '--format', format, name)).trim();
    const life = new AbortController();
    const onReady = (now: boolean): void => void (isReady = now && !isEnding());
    const onDead = (): void => void call('stop', '--time', String(graceSeconds), name).catch(() => undefined);
    const watching = watchHealth(containers[0], ip, life.signal, { onReady, onDead });
    exitCode = Number(await docker.docker(['wait', name], { log: 'pods', timeoutMs: waitMsMax }));
    life.abort();
    isReady = false;
    await watching;
  }

  async function live(): Promise<void> {
    const hostArgs = hosts.flatMap((host) => ['--add-host', host]);
    const args = containerArguments(template, sources);
    await call('create', '--name', name, '--label', label, '--network', network, ...hostArgs, ...args);
    while (!isEnding()) {
      await liveOnce();
      if (restartPolicy === 'Never' || isEnding()) return;
      const afterMs = Math.min(restartAfterMs * 2 ** restarts, restartAfterMsMax);
      restarts += 1;
      await pause(afterMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }

  let ended: Promise<number> | null = null;
  async function end(): Promise<number> {
    const startedMs = performance.now();
    if (isReady) servesUntilMs = startedMs + endpointsLagMs;
    isReady = false;
    ending.abort();
    const sleepSeconds = containers[0].lifecycle?.preStop?.sleep?.seconds ?? 0;
    await pause(sleepSeconds * 1000);
    const stop = ['stop', '--time', String(graceSeconds - sleepSeconds), name];
    await docker.docker(stop, { log: 'pods', timeoutMs: callMsMax + graceSeconds * 1000 });
    await over;
    const tookMs = performance.now() - startedMs;
    await docker.docker(['logs', name], { log: `pod-${name}`, timeoutMs: callMsMax });
    await call('rm', '--force', name);
    return tookMs;
  }

  const over = live();
  // The waiting for `over` reports a failure. Until then it must not end the process as an unhandled rejection.
  over.catch(() => undefined);
  return {
    ...plan,
    ip: () => ip,
    isReady: () => isReady,
    isEnding,
    isServing: () => isReady || performance.now() < servesUntilMs,
    restarts: () => restarts,
    exitCode: () => exitCode,
    over,
    end: () => (ended ??= end()),
  };
}
