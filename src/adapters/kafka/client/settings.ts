import { hourMs, minuteMs } from '../../../domain/model/instant.ts';

/** Every number of the Kafka adapter, with its reason. Only tests pass other ones. */
export const clientSettings = {
  /** A local or in-cluster broker accepts within milliseconds; a dead address must not hold a reconnect for longer. */
  connectionTimeoutMs: 1_000,
  /** A request unanswered for this long has failed; kafkajs keeps its connection. */
  requestTimeoutMs: 3_000,
  /** The first retry comes at once, because most failures are one closed socket. */
  initialRetryMs: 100,
  /** Retries stay this close together, so that a returning broker is found within half a second. */
  maxRetryMs: 500,
  /** Two minutes at `maxRetryMs` each; callers have given up long before. */
  producerRetries: 240,
  /** A service that starts says after about 15 s that it waits for a broker; a command of staff fails. */
  startRetries: 30,
  /** A consumer never stops looking for a broker: giving up crashes the group (measured: 10 s of silence after a broker kill). */
  consumerRetries: Number.MAX_SAFE_INTEGER,
  /** Other failures crash a consumer after so many repeats, and it restarts: that is what ends connections which are dead. */
  consumerRepeats: 5,
  /** The largest decompressed batch: eight times what a topic takes. Sealed, one record still fits a document (16 MB). */
  decompressedBytes: 8 * 1_024 * 1_024,
  /** The same line of the client library is logged once in this time; an outage would repeat it twice a second. */
  logRepeatMs: 30_000,
  /** Different lines remembered for that; beyond it the oldest is forgotten. */
  logRememberedLines: 100,
} as const;

export const producerSettings = {
  /** About three seconds of the fastest rate measured; callers of more would have given up before the send. */
  queueMessages: 20_000,
  /** One request of this many small messages is where throughput stopped growing. */
  batchMessages: 2_000,
  /** Half of the broker's 1 MB limit for a batch of one partition: all messages may go to one partition. */
  batchBytes: 512 * 1_024,
  /** The largest record that is replayed: the broker takes 1 MB, and one more would fail the batch that it is sent in. */
  replayBytes: 1_000_000,
  /** The largest message that src/messages builds (a dead letter of 2 MB), with its headers; larger ones are refused. */
  messageBytes: 2_200_000,
  /** The broker must answer "not enough replicas" before the client's own request timeout closes the connection. */
  ackTimeoutMs: 2_500,
  /** As many as our topics have partitions, so that each is one. With fewer, more keys would wait for a partition that fails. */
  lanesOfTopic: 12,
  /**
   * How long one attempt may take, and how long lanes may fail, whichever; then the connection is closed and a new one is made.
   * The partitions of a broker that hangs have moved after some 10 s, and a connection that is silent stays so.
   */
  retryBoundMs: 15_000,
  /** Pause before connecting again when even the library's own retries found no broker. */
  reconnectPauseMs: 500,
  /** A closing process waits this long for acknowledgements of what it took, within the 20 s that `npm stop` may take. */
  closeBoundMs: 4_000,
};
export type ProducerSettings = Readonly<typeof producerSettings>;

export const registrySettings = {
  /** Attempts per schema at start: half a minute with timeouts and pauses, well before an orchestrator gives up. */
  lookUpAttempts: 5,
  lookUpPauseMs: 1_000,
  /** The registry's client has no timeout and would wait for ever for a registry that accepts and never answers. */
  timeoutMs: 5_000,
  /** An id that the registry does not know is not asked for again within this time, however many messages carry it. */
  unknownForMs: 60_000,
  /** Unknown ids remembered; a flood of random ids forgets the oldest first. */
  unknownIds: 1_000,
};
export type RegistrySettings = Readonly<typeof registrySettings>;

export const runnerSettings = {
  /** A killed process loses its partitions after this; shorter would evict a member during a long pause of the machine. */
  sessionTimeoutMs: 10_000,
  /** A tenth of the session. The fetch loop sends them, it never waits for a handler. */
  heartbeatIntervalMs: 1_000,
  /** Members join again within one fetch. Longer, and one that asks a broker which hangs fetches nothing for as long. */
  rebalanceTimeoutMs: 15_000,
  /** Bounds stop() and resuming after a pause. It adds no latency: the broker answers as soon as it has data. */
  fetchWaitMs: 100,
  /** One fetch of one partition: some hundred messages, so that it exceeds `inHandHigh` by little. */
  partitionBytes: 256 * 1_024,
  /** All partitions of a topic (12 by default) are consumed in parallel. */
  partitionsAtOnce: 12,
  /** A partition with this many messages taken and not finished is paused: a crash redelivers at most about so many. */
  inHandHigh: 256,
  /** Fetching resumes here, early enough that the lanes do not run empty during one round trip. */
  inHandLow: 64,
  /** A crash repeats what was finished within it, beside the messages in hand; a commit costs one small request. */
  commitEveryMs: 200,
  /** First pause when a dependency is unavailable: most outages are one dropped connection. */
  transientFirstPauseMs: 100,
  /** Pauses double up to this, so that a returning dependency is noticed soon and not overrun. */
  transientMaxPauseMs: 5_000,
  /** A message waits in its lane for this long; then its partition rests, and its lanes are free for others. */
  transientBoundMs: 30_000,
  /** How long such a partition rests before it starts again at its first unfinished message. */
  resumeAfterMs: 5_000,
  /** A bug that fails three times will fail a fourth; races with another process do not survive three. */
  bugAttempts: 3,
  /** Pause between those attempts. */
  bugPauseMs: 250,
  /** Blocked keys are read, and those due are tried, this often: one small query per process. */
  blockedRefreshMs: 5_000,
  /** The pause between releases of a failing message doubles from first to last: a fix takes effect within the hour. */
  releaseFirstPauseMs: minuteMs,
  releaseLastPauseMs: hourMs,
  /** A dead letter must be acknowledged before its original is committed; without it the message waits. */
  deadLetterTimeoutMs: 10_000,
  /** Without a fetch, heartbeat or finished message for this long, or with a longer handler, the process is stuck. */
  livenessMs: 90_000,
  /** A stop waits for running handlers: at most 3 s each for the provider, and `npm stop` may take 20 s in all. */
  stopBoundMs: 8_000,
  /** After an orderly leave other members take over at once, otherwise after the session timeout. */
  leaveBoundMs: 2_000,
};
export type RunnerSettings = Readonly<typeof runnerSettings>;

export const tailSettings = {
  /** The newest past lines are kept for sorting and printed, up to this many. */
  backlogLines: 5_000,
  /** The past counts as read when nothing of it came for this long: a compacted topic may lack its last offsets. */
  backlogIdleMs: 1_500,
  /** And when Kafka has answered this often without any of it: a slow broker is not an empty one. */
  backlogIdleFetches: 2,
} as const;
