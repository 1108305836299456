import { createRequire } from 'node:module';
import { connectedWhenAnswered, refusedWhenUnanswered } from './broker-repair.ts';
import { registerCodecs } from './compression/register-codecs.ts';
import { connectAfresh } from './connection-repair.ts';
import { failWhenStopped } from './fetch-repair.ts';
import { gatherOnce } from './header-repair.ts';
import { forgiveHeartbeats } from './heartbeat-repair.ts';
import { joinAgainAfterFailure, joinOutsideFetches, nameRefusals } from './join-repair.ts';
import { askSoonForLeaders, resolveLed, withoutLeaders } from './leader-repair.ts';

/**
 * kafkajs 2.2.4 is the last version and no longer maintained, so the faults that hurt here are repaired at run time
 * (ADR 11). The version is pinned; a test fails when these parts are not where they are expected.
 */
type Heartbeat = Parameters<typeof forgiveHeartbeats<unknown>>[0];
type Join = (this: ThisParameterType<Heartbeat>) => Promise<void>;
type GroupClass = {
  readonly prototype: {
    heartbeat: Heartbeat;
    joinAndSync: Join;
    recoverFromFetch: Parameters<typeof joinOutsideFetches>[0];
  };
};

type PoolClass = {
  readonly prototype: {
    withBroker: Parameters<typeof nameRefusals>[0];
    refreshMetadata: Parameters<typeof askSoonForLeaders>[0];
  };
};
type OffsetsClass = { readonly prototype: { resolveOffsets: Parameters<typeof resolveLed>[0] } };
type Versions = { readonly versions: readonly string[] };
type Response = { parse: Parameters<typeof withoutLeaders>[0] };
type ConnectionClass = { readonly prototype: { connect: Parameters<typeof connectAfresh>[0] } };

type RequestQueue = {
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  readonly pending: readonly unknown[];
  readonly checkPendingRequests: () => void;
};
type QueueClass = { readonly prototype: { scheduleCheckPendingRequests: (this: RequestQueue) => void } };

type DecoderClass = { readonly prototype: { readVarIntArray: Parameters<typeof gatherOnce>[0] } };

type BrokerClass = {
  readonly prototype: {
    isConnected: Parameters<typeof connectedWhenAnswered>[0];
    connect: Parameters<typeof refusedWhenUnanswered>[0];
  };
};

type RunnerClass = { readonly prototype: { fetch: Parameters<typeof failWhenStopped<unknown>>[0] } };

/** kafkajs's own pause between two checks of waiting requests. */
const checkAgainMs = 10;

/**
 * kafkajs passes setTimeout a negative delay when nothing is throttled (tulios/kafkajs#1751); Node 26 warns of it. And it checks the
 * requests that wait a thousand times a second, on each connection, also where none waits: the next one to wait is checked anyway.
 */
function scheduleCheck(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  const throttledMs = this.throttledUntil - performance.timeOrigin - performance.now();
  const delayMs = throttledMs > 0 ? throttledMs : checkAgainMs;
  this.throttleCheckTimeoutId = setTimeout(() => {
    this.throttleCheckTimeoutId = null;
    this.checkPendingRequests();
  }, delayMs);
}

/** Loaded by path, because the package exports none of these; the shapes are checked where they are used. */
const load = createRequire(import.meta.url);
const group = (load('kafkajs/src/consumer/consumerGroup.js') as GroupClass).prototype;
const queue = (load('kafkajs/src/network/requestQueue/index.js') as QueueClass).prototype;
const decoder = (load('kafkajs/src/protocol/decoder.js') as DecoderClass).prototype;
const broker = (load('kafkajs/src/broker/index.js') as BrokerClass).prototype;
const connection = (load('kafkajs/src/network/connection.js') as ConnectionClass).prototype;
const pool = (load('kafkajs/src/cluster/brokerPool.js') as PoolClass).prototype;
const runner = (load('kafkajs/src/consumer/runner.js') as RunnerClass).prototype;
const offsets = (load('kafkajs/src/consumer/offsetManager/index.js') as OffsetsClass).prototype;
/** Each version has a copy, made when it is first used. */
const metadata = 'kafkajs/src/protocol/requests/metadata';
const { versions } = load(`${metadata}/index.js`) as Versions;
const responses = versions.map((version) => load(`${metadata}/v${version}/response.js`) as Response);

const repaired = [
  ...[group.heartbeat, group.joinAndSync, group.recoverFromFetch, queue.scheduleCheckPendingRequests],
  ...[decoder.readVarIntArray, broker.isConnected, broker.connect, runner.fetch, connection.connect, pool.withBroker],
  ...[pool.refreshMetadata, offsets.resolveOffsets, ...responses.map(({ parse }) => parse)],
];

let isDone = false;

/** Repairs the loaded library, once per process. */
export function repairKafkajs(): void {
  if (isDone) return;
  isDone = true;
  if (repaired.some((part) => typeof part !== 'function')) {
    throw new Error('This is not kafkajs 2.2.4; see kafkajs-repairs.ts before another version is used.');
  }
  const forgiving = forgiveHeartbeats(group.heartbeat, () => performance.now());
  Object.assign(group, joinAgainAfterFailure(group.joinAndSync, forgiving));
  group.recoverFromFetch = joinOutsideFetches(group.recoverFromFetch);
  pool.withBroker = nameRefusals(pool.withBroker);
  connection.connect = connectAfresh(connection.connect);
  queue.scheduleCheckPendingRequests = scheduleCheck;
  decoder.readVarIntArray = gatherOnce(decoder.readVarIntArray);
  broker.isConnected = connectedWhenAnswered(broker.isConnected);
  broker.connect = refusedWhenUnanswered(broker.connect);
  runner.fetch = failWhenStopped(runner.fetch);
  pool.refreshMetadata = askSoonForLeaders(pool.refreshMetadata);
  offsets.resolveOffsets = resolveLed(offsets.resolveOffsets);
  for (const response of responses) response.parse = withoutLeaders(response.parse);
  registerCodecs();
}
