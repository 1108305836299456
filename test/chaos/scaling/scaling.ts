import { clearState } from '../../stack/data-of-a-run.ts';
import { developmentEnvironment, isolated } from '../../stack/development-environment.ts';
import { startStack, type System } from '../../stack/embedded-stack.ts';
import { developmentSecrets } from '../../stack/secrets.ts';
import { migrate, ourServices, startService, startServices } from '../../stack/services.ts';
import { readLag } from '../../src/adapters/kafka/admin/lag.ts';
import { connectMongo, type MongoConnection } from '../../src/adapters/mongo/connection.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { silentLog } from '../../src/composition/silent-log.ts';
import { createDevelopmentToken } from '../../src/composition/development-token.ts';
import { nextReplicas, readScaledObject } from './autoscaler.ts';
import { type Buyers, createBuyers } from './buyers.ts';
import { judge } from './checker.ts';
import { gather } from './gather.ts';
import { pause } from './pause.ts';
import { createPods, type Pods } from './pods.ts';
import { unrest } from './quiet.ts';
import { sizes, verdictLines } from './report.ts';

/** Small enough to be reached by a few processes: a limit that nobody comes near proves nothing. */
const whole = { slots: 40, perSecond: 120 };
const answerMs = 150;
/** KEDA asks every 30 s and the autoscaler waits 300 s before a pod leaves; both are shortened, the formula is not. */
const everyMs = 2_000;
const stabilizationSamples = 5;
/** A drain of 20,000 on a busy machine, at a tenth of the speed that was measured. */
const drainMsMax = 3_600_000;

export type Trial = { readonly backlog: number; readonly max: number };
type Loads = { readonly in_flight_max: number; readonly per_second_max: number; readonly calls: number };

/** Consumers 1 → 3 → most → 1 by the lag of real commands; the sandbox says what it saw. Returns whether every rule held. */
export async function tryScaling({ backlog, max }: Trial, system: System): Promise<boolean> {
  clearState(system.folders);
  const { folders, ports, say } = system;
  const addresses = await startStack(system);
  const secrets = developmentSecrets(folders.data, {});
  const table = developmentEnvironment({ mode: 'test', data: folders.data, ports, addresses, secrets, security: null });
  const limits = {
    PROVIDER_SLOTS: String(whole.slots),
    PROVIDER_REQUESTS_PER_SECOND: String(whole.perSecond),
  };
  const environment: NodeJS.ProcessEnv = { ...isolated(table, process.env), ...limits, LOG_LEVEL: 'warn' };
  await migrate(system, environment, ourServices);
  const others = { ...environment, CONSUMERS: 'hints,timers,keeper,letters' };
  for (const group of ourServices.groups) {
    for (const one of group.filter(({ name }) => name === 'consumers')) await startService(one, system, others);
    const rest = group.filter(({ name }) => name !== 'consumers');
    await startServices(system, environment, { ...ourServices, groups: [rest] });
  }
  const sandbox = `http://127.0.0.1:${ports.sandbox}`;
  const latency = { on: 'POST /v3/payments', kind: 'latency', ms: answerMs, times: 1_000_000 };
  await fetch(`${sandbox}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(latency) });
  const api = `http://127.0.0.1:${ports.api}`;
  const tariffs = (await (await fetch(`${api}/api/v1/tariffs`)).json()) as readonly { readonly id: string }[];
  const buyers = createBuyers(api, tariffs[0]?.id ?? '', (userId) => createDevelopmentToken({ userId }, environment));
  const mongo = await connectMongo({ url: addresses.MONGODB_URL, serverSelectionTimeoutMs: 30_000 });
  const pods = createPods(system, environment, 'commands');
  try {
    await pods.scale(1);
    await drain({ backlog, max, brokers: addresses.KAFKA_BROKERS }, { buyers, pods, mongo, system });
    const loads = (await (await fetch(`${sandbox}/_sandbox/load`)).json()) as Loads;
    const from = { sandbox, brokers: addresses.KAFKA_BROKERS, logs: [folders.logs, ...pods.logs()] };
    const evidence = { ...(await gather(mongo, from)), history: buyers.history, canaries: [] };
    await pods.scale(0);
    const verdict = [
      ...judge(evidence),
      { rule: 'every pod ended in order', violations: pods.wrong },
      atMost('calls at once', loads.in_flight_max, whole.slots),
      atMost('calls in a second', loads.per_second_max, whole.perSecond),
    ];
    say(`  the provider saw at most ${loads.in_flight_max} of ${whole.slots} calls at once`);
    say(`  and ${loads.per_second_max} of ${whole.perSecond} in a second; ${loads.calls} calls in all`);
    for (const line of [sizes(evidence), ...verdictLines(verdict)]) say(line);
    return verdict.every(({ violations }) => violations.length === 0);
  } finally {
    await pods.stop();
    await mongo.close();
  }
}

const atMost = (what: string, seen: number, limit: number) => ({
  rule: `the provider sees at most ${limit} ${what}`,
  violations: seen > limit ? [`${seen} ${what}`] : [],
});

type Parts = {
  readonly buyers: Buyers;
  readonly pods: Pods;
  readonly mongo: MongoConnection;
  readonly system: System;
};

/** A backlog for three, then the rest of it; until nothing moves and one pod is left. */
async function drain(
  plan: Trial & { readonly brokers: string },
  { buyers, pods, mongo, system }: Parts,
): Promise<void> {
  const { say, signal } = system;
  const scaled = { ...readScaledObject('cinema-billing-consumers-commands'), max: plan.max };
  const client = { brokers: plan.brokers.split(','), clientId: 'scaling', log: silentLog, clock: systemClock };
  const startedMs = performance.now();
  const first = Math.min(plan.backlog, Math.ceil(scaled.lagThreshold * 2.8));
  let buying: Promise<unknown> = buyers.buy(first);
  // A failure is thrown where the end of the orders is awaited.
  buying.catch(() => undefined);
  let left = plan.backlog - first;
  const lags: number[] = [];
  let most = 0;
  say(`  ${scaled.group}: a pod for each ${scaled.lagThreshold} messages, at most ${scaled.max}`);
  while (performance.now() - startedMs < drainMsMax) {
    // KEDA keeps the last answer as well where Kafka gives none.
    const [lag] = await readLag(client, [scaled]).catch(() => []);
    lags.push(lag?.messages ?? lags.at(-1) ?? 0);
    const running = pods.count();
    const { wanted, next } = nextReplicas(scaled, running, lags.slice(-stabilizationSamples));
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
    say(`  ${seconds.padStart(4)} s  lag ${String(lags.at(-1)).padStart(6)}  wanted ${wanted}  running ${running}`);
    await pods.scale(next);
    most = Math.max(most, next);
    if (most >= 3 && left > 0) {
      const more = left;
      left = 0;
      buying = buying.then(() => buyers.buy(more));
      buying.catch(() => undefined);
    }
    if (left === 0 && next === 1 && lags.at(-1) === 0) {
      await buying;
      if ((await unrest(mongo.db, plan.brokers, buyers.history)).length === 0) return;
    }
    await pause(everyMs, signal);
  }
  throw new Error(`It did not come to rest: ${(await unrest(mongo.db, plan.brokers, buyers.history)).join(', ')}`);
}
