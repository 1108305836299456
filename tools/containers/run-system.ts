import type { System } from '../../stack/embedded-stack.ts';
import { secondsSince } from '../../stack/services.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { waitUntil } from '../../stack/wait-until.ts';
import { membersOf } from './consumer-group.ts';
import type { Docker } from './docker.ts';
import { sell } from './sell.ts';

/** All health checks of the file were met after 77 to 98 s on a loaded machine. */
const upTimeoutMs = 5 * 60_000;
/** What the file grants a process of ours. */
const graceSeconds = 60;
const stopTimeoutMs = 90_000;
const callTimeoutMs = 60_000;
const readyTimeoutMs = 120_000;
const probeTimeoutMs = 2000;
const pollMs = 1000;

/** What scaling is tried with: three share the 12 partitions of a topic. */
const consumers = 3;
const buyers = { first: 1, scaled: 24 } as const;
/** As in stack/launch.ts: who takes commands first, who stores last. */
const stoppedInTurn = ['api', 'consumers', 'jobs', 'sandbox', 'registry', 'kafka', 'mongodb'] as const;
const ours: readonly string[] = ['api', 'consumers', 'jobs', 'sandbox'];

/** The system of docker-compose.yml from nothing to its end, with a sale before and after it is scaled. */
export async function runSystem(docker: Docker, system: System): Promise<void> {
  const call = { log: 'compose', timeoutMs: callTimeoutMs };
  const clear = (): Promise<string> =>
    docker.compose(['down', '--volumes', '--remove-orphans', '--timeout', '5'], {
      ...call,
      timeoutMs: stopTimeoutMs,
      evenIfStopped: true,
    });
  await clear();
  try {
    await bringUp(docker, system);
    await sell(system, buyers.first);
    system.say('  a subscription sold through the ports of the containers');
    await scale(docker, system);
    await sell(system, buyers.scaled);
    system.say(`  ${buyers.scaled} more sold by ${consumers} consumers`);
    await showMemory(docker, system);
    await endInOrder(docker, system);
  } catch (error) {
    // The reason is in the logs of the containers, which end with them.
    if (!system.signal.aborted)
      await docker.compose(['logs', '--no-color', '--tail', '200'], { ...call, log: 'containers' });
    throw error;
  } finally {
    await clear();
  }
}

async function bringUp(docker: Docker, { ports, signal, say }: System): Promise<void> {
  const startedMs = performance.now();
  await docker.compose(['up', '--detach', '--no-build'], { log: 'compose', timeoutMs: upTimeoutMs });
  // Compose waits for what the API depends on, not for the API.
  const answers = async (): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${ports.apiMetrics}/health`, { signal: AbortSignal.timeout(probeTimeoutMs) })).ok;
  if (!(await waitUntil(answers, { timeoutMs: readyTimeoutMs, intervalMs: pollMs, signal })))
    throw new StackFailure('The API did not become healthy within 120 s.');
  say(`  docker-compose.yml up, every health check met, in ${secondsSince(startedMs)} s`);
}

async function scale(docker: Docker, { ports, signal, say }: System): Promise<void> {
  const startedMs = performance.now();
  const args = ['up', '--detach', '--no-build', '--no-recreate', '--scale', `consumers=${consumers}`, 'consumers'];
  await docker.compose(args, { log: 'compose', timeoutMs: upTimeoutMs });
  const shared = async (): Promise<boolean> =>
    (await membersOf('billing-commands', `127.0.0.1:${ports.kafka}`)) === consumers;
  if (!(await waitUntil(shared, { timeoutMs: readyTimeoutMs, intervalMs: pollMs, signal })))
    throw new StackFailure(`${consumers} consumers did not share the topic of commands within 120 s.`);
  say(`  ${consumers} consumers share the partitions after ${secondsSince(startedMs)} s`);
}

async function showMemory(docker: Docker, { say }: System): Promise<void> {
  const call = { log: 'memory', timeoutMs: callTimeoutMs };
  const ids = (await docker.compose(['ps', '--quiet'], call)).trim().split('\n');
  const format = '{{.Name}} {{.MemUsage}}';
  const lines = (await docker.docker(['stats', '--no-stream', '--format', format, ...ids], call)).trim().split('\n');
  const shown = lines.map((line) => line.replace(/^\S*trial[-_]/, '').replace(/[-_]1 /, ' ')).sort();
  say(`  memory: ${shown.join(', ')}`);
}

async function endInOrder(docker: Docker, { say }: System): Promise<void> {
  const call = { log: 'compose', timeoutMs: stopTimeoutMs };
  const took: string[] = [];
  for (const service of stoppedInTurn) {
    const ids = await docker.containersOf(service, call);
    const startedMs = performance.now();
    await docker.docker(['stop', '--time', String(graceSeconds), ...ids], call);
    took.push(`${service} ${secondsSince(startedMs)}`);
    if (!ours.includes(service)) continue;
    const codes = await docker.docker(['inspect', '--format', '{{.State.ExitCode}}', ...ids], call);
    if (
      codes
        .trim()
        .split('\n')
        .some((code) => code !== '0')
    )
      throw new StackFailure(`${service} did not end in order: exit ${codes.trim().split('\n').join(', ')}.`);
  }
  say(`  ended in order, in seconds: ${took.join(', ')}`);
}
